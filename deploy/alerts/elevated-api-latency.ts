import { defineAlert } from './define-alert.ts';

const threshold = 2;

/** Per endpoint: over all of them, many quick calls would hide one slow page. Ten requests carry a 95th percentile. */
export const elevatedApiLatency = defineAlert({
  name: 'ElevatedAPILatency',
  severity: 'warning',
  threshold,
  unit: 'seconds',
  windowMinutes: 5,
  forMinutes: 1,
  expr: `histogram_quantile(
  0.95,
  sum by (method, endpoint, le) (rate(api_request_duration_seconds_bucket[5m]))
) > ${threshold}
and on (method, endpoint)
sum by (method, endpoint) (increase(api_request_duration_seconds_count[5m])) > 9.5`,
  summary: '{{ $labels.method }} {{ $labels.endpoint }} is slow',
  description:
    '95 % of the {{ $labels.method }} {{ $labels.endpoint }} requests of the last 5 minutes took up to {{ $value | humanizeDuration }}.',
  cases: [
    {
      name: 'fires for the slow endpoint alone',
      series: {
        'api_request_duration_seconds_bucket{method="GET", endpoint="/api/tokens", le="1"}': '0x20',
        'api_request_duration_seconds_bucket{method="GET", endpoint="/api/tokens", le="2.5"}': '0+4x20',
        'api_request_duration_seconds_bucket{method="GET", endpoint="/api/tokens", le="5"}': '0+4x20',
        'api_request_duration_seconds_bucket{method="GET", endpoint="/api/tokens", le="+Inf"}': '0+4x20',
        'api_request_duration_seconds_count{method="GET", endpoint="/api/tokens"}': '0+4x20',
        'api_request_duration_seconds_bucket{method="GET", endpoint="/health", le="1"}': '0+900x20',
        'api_request_duration_seconds_bucket{method="GET", endpoint="/health", le="2.5"}': '0+900x20',
        'api_request_duration_seconds_bucket{method="GET", endpoint="/health", le="5"}': '0+900x20',
        'api_request_duration_seconds_bucket{method="GET", endpoint="/health", le="+Inf"}': '0+900x20',
        'api_request_duration_seconds_count{method="GET", endpoint="/health"}': '0+900x20',
      },
      atMinutes: 15,
      firing: [
        {
          labels: { method: 'GET', endpoint: '/api/tokens' },
          description: '95 % of the GET /api/tokens requests of the last 5 minutes took up to 2.425s.',
        },
      ],
    },
    {
      name: 'stays quiet when requests take a second',
      series: {
        'api_request_duration_seconds_bucket{method="GET", endpoint="/api/tokens", le="1"}': '0+4x20',
        'api_request_duration_seconds_bucket{method="GET", endpoint="/api/tokens", le="2.5"}': '0+4x20',
        'api_request_duration_seconds_bucket{method="GET", endpoint="/api/tokens", le="+Inf"}': '0+4x20',
        'api_request_duration_seconds_count{method="GET", endpoint="/api/tokens"}': '0+4x20',
      },
      atMinutes: 15,
      firing: [],
    },
    {
      name: 'stays quiet when one slow request a minute is all there is',
      series: {
        'api_request_duration_seconds_bucket{method="GET", endpoint="/api/tokens", le="2.5"}': '0x20',
        'api_request_duration_seconds_bucket{method="GET", endpoint="/api/tokens", le="5"}': '0+1x20',
        'api_request_duration_seconds_bucket{method="GET", endpoint="/api/tokens", le="+Inf"}': '0+1x20',
        'api_request_duration_seconds_count{method="GET", endpoint="/api/tokens"}': '0+1x20',
      },
      atMinutes: 15,
      firing: [],
    },
  ],
});
