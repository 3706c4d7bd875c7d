import { z } from 'zod';
import { defineFault } from './fault.ts';

export const slowDrip = defineFault({
  name: 'slow_drip',
  summary: 'headers at once, then the body a few bytes at a time',
  options: z.strictObject({
    bytesPerChunk: z.int().min(1).max(65_536).default(16),
    everyMs: z.int().min(1).max(60_000).default(250),
  }),
  apply: (exchange, { bytesPerChunk, everyMs }) => ({
    ...exchange,
    delivery: { kind: 'drip', bytesPerChunk, everyMs },
  }),
});
