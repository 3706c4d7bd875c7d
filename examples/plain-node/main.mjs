import { setTimeout as wait } from 'node:timers/promises';
import {
  counter,
  getLogger,
  histogram,
  initObservability,
  startMetricsServer,
  traceOperation,
} from '@autotrader/observability';

// Every span is written as a log line here; `otlp: { enabled: true }` sends them to a collector instead.
const overrides = { service_name: 'shop', tracing: { exporters: { console: { enabled: true } } } };
const observability = await initObservability({ overrides });
const server = await startMetricsServer({ port: observability.config.metrics.port });

const log = getLogger('shop.orders');
const orders = counter({ name: 'orders_total', help: 'Orders taken.', labels: { status: ['paid', 'refused'] } });
const seconds = histogram({ name: 'order_duration_seconds', help: 'Time to take an order.', buckets: [0.01, 0.1, 1] });

let isOpen = true;
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => (isOpen = false));
log.info('shop_opened', { metrics_at: `${server.url}/metrics` });

for (let number = 1; isOpen; number += 1) {
  await traceOperation('order.take', { attributes: { 'order.number': number } }, async () => {
    const startedAt = performance.now();
    await wait(20);
    const status = number % 5 === 0 ? 'refused' : 'paid';
    orders.inc({ status });
    seconds.observe((performance.now() - startedAt) / 1_000);
    log.info('order_taken', { number, status, payment: { token: 'tok_81723', last_digits: '4242' } });
  });
  await wait(200);
}
await server.close();
await observability.shutdown();
