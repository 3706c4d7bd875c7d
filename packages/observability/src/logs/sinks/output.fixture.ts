// A small application that a test starts as a process of its own, with outputs of its choice, to end it in many ways.
import { closeSync, existsSync } from 'node:fs';
import { getLogger, initObservability } from '../../index.ts';
import { defaultRegistry } from '../../metrics/default-registry.ts';

interface Plan {
  readonly how: string;
  readonly logging: object;
  readonly lines?: number;
  /** Begins when this file is there. */
  readonly waitFor?: string;
  /** Written as `writer` on every line. */
  readonly writer?: string;
}

const { how, logging, lines = 1_000, writer = 'one', waitFor } = JSON.parse(process.argv[2] ?? '{}') as Plan;
const log = getLogger('app', { writer });
const { shutdown } = await initObservability({
  overrides: { service_name: 'outputs', tracing: { enabled: false }, metrics: { enabled: false }, logging },
});

function burst(count = lines): void {
  for (let index = 0; index < count; index += 1) log.info('line_written', { index, filler: 'x'.repeat(100) });
}

/** On stderr, where the test finds it whatever has become of stdout. */
function tellCounts(): void {
  const dropped = defaultRegistry()
    .samples()
    .filter(({ name }) => name === 'telemetry_dropped_total');
  const counts = Object.fromEntries(dropped.map(({ labels, value }) => [labels['reason'], value]));
  process.stderr.write(`${JSON.stringify({ dropped: counts })}\n`);
}

function turns(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count));
}

while (waitFor !== undefined && !existsSync(waitFor)) await turns(5);

switch (how) {
  case 'natural':
    burst();
    break;
  case 'shutdown':
    burst();
    await shutdown();
    tellCounts();
    break;
  case 'signal':
    setInterval(() => undefined, 1_000);
    process.once('message', (signal: NodeJS.Signals) => {
      burst();
      process.kill(process.pid, signal);
    });
    process.send?.('ready');
    break;
  case 'exit':
    process.on('exit', () => log.info('last_words'));
    burst();
    process.exit(3);
    break;
  case 'throw':
    burst();
    setImmediate(() => {
      throw new TypeError('nobody caught this');
    });
    break;
  case 'reject':
    burst();
    void Promise.reject(new RangeError('nobody awaited this'));
    break;
  case 'flood': {
    // More than a pipe and the buffer hold, with turns between for the reader.
    process.send?.('started');
    for (let round = 0; round < 20; round += 1) {
      burst(lines / 20);
      await turns(1);
    }
    process.send?.('flooded');
    process.disconnect?.();
    await shutdown();
    tellCounts();
    break;
  }
  case 'step':
    // One line whenever the test asks for it.
    process.on('message', (message) => {
      if (message === 'end') {
        process.disconnect?.();
        void shutdown().then(tellCounts);
      } else log.info(String(message));
    });
    process.send?.('ready');
    break;
  case 'closed-descriptor':
    closeSync(1);
    burst();
    await turns(20);
    tellCounts();
    break;
  default:
    throw new Error(`no such way: ${how}`);
}
