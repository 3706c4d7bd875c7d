// An application whose recursion never ends, which it catches.
import { initObservability, traceOperation } from '../index.ts';

const { shutdown } = await initObservability();

function fail(): never {
  throw new Error('before');
}

// Once described: a pattern is compiled for good when it is used again, which then happens where the stack ends.
try {
  traceOperation('before', {}, fail);
} catch {
  // Expected.
}

function recurse(): number {
  return traceOperation('deep', {}, recurse);
}

try {
  recurse();
} catch (error) {
  process.stdout.write(`${JSON.stringify({ event: 'caught', message: String(error) })}\n`);
}
await shutdown();
