import type { ObservabilityConfig } from '../../config/schema.ts';
import type { OtlpReceiver } from '../otlp/otlp-route.ts';
import { datadog } from './datadog.ts';
import { elasticsearch } from './elasticsearch.ts';
import { grafanaCloud } from './grafana-cloud.ts';
import { jaeger } from './jaeger.ts';
import { loki } from './loki.ts';
import { newrelic } from './newrelic.ts';
import { otlpSections } from './otlp-sections.ts';

const presets = [otlpSections, jaeger, grafanaCloud, datadog, newrelic, loki, elasticsearch] as const;

/** Every receiver of OTLP that is switched on. */
export function listReceivers(config: ObservabilityConfig): readonly OtlpReceiver[] {
  return presets.flatMap((preset) => preset(config));
}
