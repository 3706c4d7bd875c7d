import { defineAlert } from './define-alert.ts';

const threshold = 5;

/** Per source, because the remedy is per source. Five calls are the least a 95th percentile is taken of. */
export const highDataSourceLatency = defineAlert({
  name: 'HighDataSourceLatency',
  severity: 'warning',
  threshold,
  unit: 'seconds',
  windowMinutes: 5,
  forMinutes: 1,
  expr: `histogram_quantile(
  0.95,
  sum by (source, le) (rate(data_source_latency_seconds_bucket[5m]))
) > ${threshold}
and on (source)
sum by (source) (increase(data_source_latency_seconds_count[5m])) > 4.5`,
  summary: '{{ $labels.source }} answers slowly',
  description:
    '95 % of the calls to {{ $labels.source }} in the last 5 minutes took up to {{ $value | humanizeDuration }}.',
  cases: [
    {
      name: 'fires for the slow source alone',
      series: {
        'data_source_latency_seconds_bucket{source="coingecko", endpoint="coin", le="5"}': '0x20',
        'data_source_latency_seconds_bucket{source="coingecko", endpoint="coin", le="10"}': '0+2x20',
        'data_source_latency_seconds_bucket{source="coingecko", endpoint="coin", le="+Inf"}': '0+2x20',
        'data_source_latency_seconds_count{source="coingecko", endpoint="coin"}': '0+2x20',
        'data_source_latency_seconds_bucket{source="goplus", endpoint="token_security", le="5"}': '0+2x20',
        'data_source_latency_seconds_bucket{source="goplus", endpoint="token_security", le="10"}': '0+2x20',
        'data_source_latency_seconds_bucket{source="goplus", endpoint="token_security", le="+Inf"}': '0+2x20',
        'data_source_latency_seconds_count{source="goplus", endpoint="token_security"}': '0+2x20',
      },
      atMinutes: 15,
      firing: [
        {
          labels: { source: 'coingecko' },
          description: '95 % of the calls to coingecko in the last 5 minutes took up to 9.75s.',
        },
      ],
    },
    {
      name: 'stays quiet when one call in fifty is slow',
      series: {
        'data_source_latency_seconds_bucket{source="coingecko", endpoint="coin", le="5"}': '0+49x20',
        'data_source_latency_seconds_bucket{source="coingecko", endpoint="coin", le="10"}': '0+50x20',
        'data_source_latency_seconds_bucket{source="coingecko", endpoint="coin", le="+Inf"}': '0+50x20',
        'data_source_latency_seconds_count{source="coingecko", endpoint="coin"}': '0+50x20',
      },
      atMinutes: 15,
      firing: [],
    },
    {
      name: 'stays quiet when two slow calls are all there were',
      series: {
        'data_source_latency_seconds_bucket{source="coingecko", endpoint="coin", le="5"}': '0x20',
        'data_source_latency_seconds_bucket{source="coingecko", endpoint="coin", le="10"}': '0x11 1 2x10',
        'data_source_latency_seconds_bucket{source="coingecko", endpoint="coin", le="+Inf"}': '0x11 1 2x10',
        'data_source_latency_seconds_count{source="coingecko", endpoint="coin"}': '0x11 1 2x10',
      },
      atMinutes: 15,
      firing: [],
    },
  ],
});
