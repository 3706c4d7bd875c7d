// A program that sets up nothing but tracing, to be ended in several ways.
import { initObservability, setupTracing, traceOperation } from '../index.ts';

const [how = 'natural', otlpEndpoint = ''] = process.argv.slice(2);
if (how === 'signal-beside') await initObservability({ overrides: { tracing: { enabled: false } } });
await setupTracing({ serviceName: 'alone', otlpEndpoint });
for (let index = 0; index < 5; index += 1) traceOperation('work', {}, () => undefined);
if (how === 'own-handler') process.once('SIGTERM', () => process.exit(7));
if (how !== 'natural') {
  setInterval(() => undefined, 1_000);
  process.kill(process.pid, 'SIGTERM');
}
