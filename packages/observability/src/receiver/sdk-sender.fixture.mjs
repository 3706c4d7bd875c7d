// A program that knows OpenTelemetry's SDK and nothing of this library.
import { OTLPMetricExporter as JsonExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPMetricExporter as ProtoExporter } from '@opentelemetry/exporter-metrics-otlp-proto';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';

const [url, encoding, temporality, instance] = process.argv.slice(2);
const Exporter = encoding === 'json' ? JsonExporter : ProtoExporter;
const exporter = new Exporter({
  url: `${url}/v1/metrics`,
  compression: 'gzip',
  temporalityPreference: temporality === 'delta' ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
});
const provider = new MeterProvider({
  resource: resourceFromAttributes({
    'service.name': 'sdk',
    'service.namespace': temporality,
    'service.instance.id': instance,
    'host.name': 'here',
  }),
  readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  views: [
    { instrumentName: 'exponential.*', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } },
    {
      instrumentName: 'wait',
      aggregation: { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [0.5, 1] } },
    },
  ],
});
const meter = provider.getMeter('shop', '1.0.0');
const orders = meter.createCounter('orders', { description: 'Orders "taken".' });
const open = meter.createUpDownCounter('orders.open');
const level = meter.createGauge('level', { unit: 'By' });
const wait = meter.createHistogram('wait', { unit: 's' });
const exponential = meter.createHistogram('exponential.wait', { unit: 'ms' });
meter.createObservableCounter('turns').addCallback((result) => result.observe(7, { 'a b': 'x"y\\z\n' }));
for (let round = 1; round <= 2; round++) {
  orders.add(round, { status: 'paid' });
  orders.add(1, { status: 'refused' });
  open.add(3);
  level.record(round * 100);
  for (const seconds of [0.2, 0.7, 3]) wait.record(seconds);
  exponential.record(12);
  // Rejects when it is not taken.
  await provider.forceFlush();
}
await provider.shutdown();
