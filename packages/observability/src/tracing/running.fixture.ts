// An application with tail sampling and a receiver on loopback; a test reads its lines.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { context, trace } from '@opentelemetry/api';
import { defaultRegistry, getLogger, initObservability, setupTracing, traceOperation } from '../index.ts';

const log = getLogger('app');
const bad = (): never => {
  throw new Error('x');
};
const quietly = (work: () => unknown): void => {
  try {
    work();
  } catch {
    // It is the span that counts.
  }
};

switch (process.argv[2]) {
  case 'tail': {
    const sampling = { strategy: 'tail', probability: 0, slow_seconds: 60 };
    await initObservability({ overrides: { tracing: { sampling, exporters: { console: { enabled: true } } } } });
    for (let count = 0; count < 3; count += 1) traceOperation('good', {}, () => traceOperation('part', {}, () => 1));
    quietly(() => traceOperation('bad', {}, bad));
    const registry = defaultRegistry();
    log.info('counted', {
      traces: registry.value('traces_sampled_out_total', {}),
      spans: registry.value('spans_sampled_out_total', {}),
      held: registry.value('traces_held', {}),
      bytes: registry.value('traces_held_bytes', {}),
      dropped: registry.value('telemetry_dropped_total', { signal: 'traces', reason: 'queue_full' }) ?? 0,
    });
    // Its root never ends; the process simply has nothing left to do.
    void traceOperation('root', {}, () => {
      quietly(() => traceOperation('bad part', {}, bad));
      return new Promise(() => undefined);
    });
    break;
  }
  case 'own-requests': {
    const made: string[] = [];
    const server = createServer((request, response) => {
      // Stands for instrumentation of fetch, which asks the API whether it may make a span.
      made.push(String(request.headers['traceparent']));
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const original = globalThis.fetch;
    globalThis.fetch = (input, init) => {
      const span = trace.getTracer('fetch').startSpan('fetch', {}, context.active());
      const headers = { ...(init?.headers as Record<string, string>), traceparent: span.spanContext().traceId };
      span.end();
      return original(input, { ...init, headers });
    };
    const { port } = server.address() as AddressInfo;
    const { shutdown } = await setupTracing({ serviceName: 'shop', otlpEndpoint: `http://127.0.0.1:${port}` });
    const second = await setupTracing({ serviceName: 'shop' });
    await second.shutdown();
    await traceOperation('work', {}, () => fetch(`http://127.0.0.1:${port}`).then((reply) => reply.text()));
    const { sent } = await shutdown();
    server.close();
    log.info('sent', { sent, made });
    break;
  }
  default:
    throw new Error('say which');
}
