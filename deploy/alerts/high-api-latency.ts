import { defineAlert } from './define-alert.ts';

const threshold = 5;

/**
 * `>=`, not `>`: 5 s is the histogram's last finite bucket, and a quantile beyond it reads as exactly 5.
 * With `>` this alert could never fire.
 */
export const highApiLatency = defineAlert({
  name: 'HighAPILatency',
  severity: 'critical',
  threshold,
  unit: 'seconds',
  windowMinutes: 10,
  forMinutes: 1,
  expr: `histogram_quantile(
  0.95,
  sum by (method, endpoint, le) (rate(api_request_duration_seconds_bucket[10m]))
) >= ${threshold}
and on (method, endpoint)
sum by (method, endpoint) (increase(api_request_duration_seconds_count[10m])) > 9.5`,
  summary: '{{ $labels.method }} {{ $labels.endpoint }} hardly answers',
  description:
    'More than 5 % of the {{ $labels.method }} {{ $labels.endpoint }} requests of the last 10 minutes took {{ $value | humanizeDuration }} or longer.',
  cases: [
    {
      name: 'fires when one request in ten takes longer than five seconds',
      series: {
        'api_request_duration_seconds_bucket{method="POST", endpoint="/api/scans", le="2.5"}': '0+9x30',
        'api_request_duration_seconds_bucket{method="POST", endpoint="/api/scans", le="5"}': '0+9x30',
        'api_request_duration_seconds_bucket{method="POST", endpoint="/api/scans", le="+Inf"}': '0+10x30',
        'api_request_duration_seconds_count{method="POST", endpoint="/api/scans"}': '0+10x30',
      },
      atMinutes: 25,
      firing: [
        {
          labels: { method: 'POST', endpoint: '/api/scans' },
          description: 'More than 5 % of the POST /api/scans requests of the last 10 minutes took 5s or longer.',
        },
      ],
    },
    {
      name: 'stays quiet at three seconds, which the warning covers',
      series: {
        'api_request_duration_seconds_bucket{method="POST", endpoint="/api/scans", le="2.5"}': '0x30',
        'api_request_duration_seconds_bucket{method="POST", endpoint="/api/scans", le="5"}': '0+10x30',
        'api_request_duration_seconds_bucket{method="POST", endpoint="/api/scans", le="+Inf"}': '0+10x30',
        'api_request_duration_seconds_count{method="POST", endpoint="/api/scans"}': '0+10x30',
      },
      atMinutes: 25,
      firing: [],
    },
    {
      name: 'stays quiet when nobody asks',
      series: {
        'api_request_duration_seconds_bucket{method="POST", endpoint="/api/scans", le="5"}': '0x30',
        'api_request_duration_seconds_bucket{method="POST", endpoint="/api/scans", le="+Inf"}': '8x30',
        'api_request_duration_seconds_count{method="POST", endpoint="/api/scans"}': '8x30',
      },
      atMinutes: 25,
      firing: [],
    },
  ],
});
