// Lets Node 20 read TypeScript in worker threads as well: tsx by itself serves the main thread only.
import { register } from 'tsx/esm/api';

register();
