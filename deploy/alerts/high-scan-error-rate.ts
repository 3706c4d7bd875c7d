import { defineAlert } from './define-alert.ts';

const threshold = 0.2;

/** The second step after ElevatedScanErrorRate: a fifth of the scans, over a window long enough to hold several rounds. */
export const highScanErrorRate = defineAlert({
  name: 'HighScanErrorRate',
  severity: 'critical',
  threshold,
  unit: 'fraction',
  windowMinutes: 10,
  forMinutes: 1,
  expr: `(
  sum(increase(scan_requests_total{status=~"failure|timeout"}[10m]))
    /
  sum(increase(scan_requests_total[10m]))
) > ${threshold}
and sum(increase(scan_requests_total[10m])) > 4.5
and sum(increase(scan_requests_total{status=~"failure|timeout"}[10m])) > 1.5`,
  summary: 'More than 20 % of scans fail',
  description: '{{ $value | humanizePercentage }} of the scans of the last 10 minutes failed or timed out.',
  cases: [
    {
      name: 'fires when every second scan fails',
      series: {
        'scan_requests_total{token_symbol="BTC", status="success"}': '0+2x30',
        'scan_requests_total{token_symbol="PEPE", status="failure"}': '0+2x30',
      },
      atMinutes: 25,
      firing: [{ labels: {}, description: '50% of the scans of the last 10 minutes failed or timed out.' }],
    },
    {
      name: 'fires when no scan succeeds at all',
      series: { 'scan_requests_total{token_symbol="BTC", status="timeout"}': '0+1x30' },
      atMinutes: 25,
      firing: [{ labels: {}, description: '100% of the scans of the last 10 minutes failed or timed out.' }],
    },
    {
      name: 'stays quiet at one failure in ten, which the warning covers',
      series: {
        'scan_requests_total{token_symbol="BTC", status="success"}': '0+9x30',
        'scan_requests_total{token_symbol="BTC", status="failure"}': '0+1x30',
      },
      atMinutes: 25,
      firing: [],
    },
    {
      name: 'stays quiet when three scans ran and two failed',
      series: {
        'scan_requests_total{token_symbol="BTC", status="success"}': '5x20 6x10',
        'scan_requests_total{token_symbol="BTC", status="failure"}': '0x20 2x10',
      },
      atMinutes: 25,
      firing: [],
    },
  ],
});
