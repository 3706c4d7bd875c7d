/** What a user of the library does first, in whatever way it was loaded. */
const use = `
async function use({ counter, defaultRegistry, getLogger, initObservability, startMetricsServer, traceOperation }) {
  const log = getLogger('shop');
  log.info('before_start', { token: 'tok_1' });
  const { shutdown } = await initObservability({ overrides: { service_name: 'shop' } });
  const server = await startMetricsServer({ port: 0 });
  const orders = counter({ name: 'orders_total', help: 'Orders taken.', labels: { status: ['paid'] } });
  await traceOperation('order.take', { attributes: { items: 3 } }, async (span) => {
    orders.inc({ status: 'paid' });
    log.info('order_taken', { items: 3, in_span: span.traceId !== undefined });
  });
  const text = await (await fetch(server.url + '/metrics')).text();
  log.info('metrics_read', { has_orders: text.includes('orders_total{status="paid"} 1') });
  await server.close();
  await shutdown();
}`;

export const esmProgram = `
import * as library from '@autotrader/observability';
${use}
await use(library);
`;

export const commonJsProgram = `
const library = require('@autotrader/observability');
${use}
use(library);
`;

/** Everything the optional packages make possible. */
export const optionalProgram = `
import { getLogger, initObservability, traceOperation } from '@autotrader/observability';
import { observeFastify } from '@autotrader/observability/fastify';
import { createRecorder } from '@autotrader/observability/testing';
import fastify from 'fastify';

const { shutdown } = await initObservability({
  overrides: { logging: { outputs: { pino_transports: [{ target: 'pino/file', options: { destination: 'lines.log' } }] } } },
});
const app = fastify();
observeFastify(app);
app.get('/orders/:id', async () => ({ ok: true }));
const { headers } = await app.inject('/orders/1');
await traceOperation('order.take', {}, () => getLogger('shop').info('order_taken', { trace: headers['x-trace-id'] }));
await app.close();

const recorder = createRecorder();
traceOperation('order.pack', { attributes: { items: 3 } }, () => getLogger('shop').info('order_packed'));
recorder.close();
getLogger('shop').info('recorded', {
  items: recorder.span('order.pack').attributes.items,
  same_trace: recorder.line('order_packed').trace_id === recorder.span('order.pack').traceId,
});
await shutdown();
`;

/** Compiles only if the types of every entry point that needs no other package are found and say what they should. */
export const typedProgram = `
import { ConfigError, counter, getLogger, initObservability, type Logger, traceOperation } from '@autotrader/observability';

const log: Logger = getLogger('shop');
const orders = counter({ name: 'orders_total', help: 'Orders taken.', labels: { status: ['paid', 'refused'] } });
orders.inc({ status: 'paid' });
// @ts-expect-error: a value that was not declared
orders.inc({ status: 'lost' });
export const doubled: number = traceOperation('order.take', {}, (span) => (span.traceId === undefined ? 1 : 2));
export async function start(): Promise<string> {
  const { config } = await initObservability({ overrides: {} }).catch((error: unknown) => {
    if (error instanceof ConfigError) log.error('config', { problems: error.problems.length });
    throw error;
  });
  return config.service_name;
}
`;

/** The other entry points, whose types need the packages they are for. */
export const typedOptionalProgram = `
import { observeFastify } from '@autotrader/observability/fastify';
import { createManualClock, createRecorder } from '@autotrader/observability/testing';
import fastify from 'fastify';

observeFastify(fastify(), { ignorePaths: ['/health'] });
export const spans: number = createRecorder().spans().length;
export const clock = createManualClock();
`;
