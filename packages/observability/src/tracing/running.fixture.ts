// An application with tail sampling and a receiver on loopback; a test reads its lines.
import { subscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { createServer, get } from 'node:http';
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
      request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end());
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    // Stands for instrumentation of node:http, which asks the API whether it may make a span.
    subscribe('http.client.request.start', () => {
      const span = trace.getTracer('http').startSpan('request', {}, context.active());
      made.push(span.spanContext().traceId);
      span.end();
    });
    const { port } = server.address() as AddressInfo;
    const { shutdown } = await setupTracing({ serviceName: 'shop', otlpEndpoint: `http://127.0.0.1:${port}` });
    const second = await setupTracing({ serviceName: 'shop' });
    await second.shutdown();
    await traceOperation('work', {}, async () => {
      const [reply] = await once(get(`http://127.0.0.1:${port}`), 'response');
      await once(reply.resume(), 'end');
    });
    const { sent } = await shutdown();
    server.close();
    log.info('sent', { sent, made });
    break;
  }
  default:
    throw new Error('say which');
}
