// Traces with version 3 of the OpenTelemetry SDK, installed here, next to what the application makes with the API itself.
import {
  getBaggage,
  getLogger,
  initObservability,
  injectTraceHeaders,
  traceOperation,
  withBaggage,
} from '@autotrader/observability';
import { trace } from '@opentelemetry/api';

const { shutdown } = await initObservability({
  overrides: {
    service_name: 'shop',
    tracing: { exporters: { console: { enabled: true } } },
  },
});
const log = getLogger('shop.orders');
const ownTracer = trace.getTracer('shop');

// What another service sent along with its request.
const received = {
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  tracestate: 'vendor=kept',
  baggage: 'customer=anna%20b',
};

await traceOperation('order.take', { kind: 'server', parent: received, attributes: { 'order.items': 3 } }, () =>
  ownTracer.startActiveSpan('order.price', async (span) => {
    log.info('order_priced', { sdk_version: span.resource.attributes['telemetry.sdk.version'], ...getBaggage() });
    await withBaggage({ 'order.id': 'a/1', api_key: 'stays here' }, async () => {
      log.info('would_ask_the_warehouse', { headers_sent: Object.entries(injectTraceHeaders({})).flat() });
    });
    span.end();
  }),
);

await shutdown();
