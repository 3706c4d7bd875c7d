/**
 * Observes an application without a change of it: `node --import @autotrader/observability/register app.js`.
 *
 * Configured by the file that `OBSERVABILITY_CONFIG` names and by the environment. `/metrics` is served where
 * `metrics.port` says, by the main process only; `tracing.instrumentation` says what is observed. For ES modules and
 * CommonJS; in worker threads and child processes, which inherit the flag, it holds as well.
 *
 * @module
 */
import { startRetrofit } from './register/retrofit.ts';

await startRetrofit();
