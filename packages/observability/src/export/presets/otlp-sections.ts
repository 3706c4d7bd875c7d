import type { ObservabilityConfig } from '../../config/schema.ts';
import { type OtlpReceiver, type OtlpRoute, signalUrl } from '../otlp/otlp-route.ts';
import type { Signal } from '../signal.ts';

type Section = Pick<
  ObservabilityConfig['tracing']['exporters']['otlp'],
  'endpoint' | 'headers' | 'protocol' | 'compression' | 'tls'
>;

/**
 * The `exporters.otlp` of the three signals. Those that go to one host are one receiver, so that one breaker watches over
 * it; the first is called `otlp`, any other has the signal in its name.
 */
export function otlpSections({ tracing, metrics, logging }: ObservabilityConfig): readonly OtlpReceiver[] {
  const traces = tracing.exporters.otlp;
  const sums = metrics.exporters.otlp;
  const lines = logging.exporters.otlp;
  const routes: OtlpReceiver[] = [];
  const add = (signal: Signal, route: Omit<OtlpReceiver, 'name'>): void => {
    const known = routes.findIndex((receiver) => hostOf(receiver) === hostOf(route));
    const found = routes[known];
    if (found !== undefined) routes[known] = { ...found, ...route };
    else routes.push({ name: routes.length === 0 ? 'otlp' : `otlp_${signal}`, ...route });
  };
  if (traces.enabled && tracing.enabled) add('traces', { traces: toRoute(traces, 'traces', traces.traces_endpoint) });
  if (sums.enabled) {
    const { temporality } = sums;
    add('metrics', { metrics: { ...toRoute(sums, 'metrics', sums.metrics_endpoint), temporality } });
  }
  if (lines.enabled) add('logs', { logs: toRoute(lines, 'logs', lines.logs_endpoint) });
  return routes;
}

function toRoute(section: Section, signal: Signal, whole: string | undefined): OtlpRoute {
  const { endpoint, headers, protocol, compression, tls } = section;
  const url = whole ?? (protocol === 'grpc' ? endpoint : signalUrl(endpoint, signal));
  return { url, headers, protocol, compression, tls };
}

function hostOf({ traces, metrics, logs }: Omit<OtlpReceiver, 'name'>): string {
  return new URL((traces ?? metrics ?? logs)?.url ?? 'http://nowhere').host;
}
