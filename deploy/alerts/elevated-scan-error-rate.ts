import { defineAlert } from './define-alert.ts';

const threshold = 0.05;

/**
 * Five scans and two failures are the least that says anything: below them a single failed scan would be
 * 20 % or more. The denominator counts every scan, so a quiet system divides nothing by nothing.
 */
export const elevatedScanErrorRate = defineAlert({
  name: 'ElevatedScanErrorRate',
  severity: 'warning',
  threshold,
  unit: 'fraction',
  windowMinutes: 5,
  forMinutes: 1,
  expr: `(
  sum(increase(scan_requests_total{status=~"failure|timeout"}[5m]))
    /
  sum(increase(scan_requests_total[5m]))
) > ${threshold}
and sum(increase(scan_requests_total[5m])) > 4.5
and sum(increase(scan_requests_total{status=~"failure|timeout"}[5m])) > 1.5`,
  summary: 'More than 5 % of scans fail',
  description: '{{ $value | humanizePercentage }} of the scans of the last 5 minutes failed or timed out.',
  cases: [
    {
      name: 'fires when one scan in ten fails',
      series: {
        'scan_requests_total{token_symbol="BTC", status="success"}': '0+9x20',
        'scan_requests_total{token_symbol="BTC", status="failure"}': '0+1x20',
      },
      atMinutes: 15,
      firing: [{ labels: {}, description: '10% of the scans of the last 5 minutes failed or timed out.' }],
    },
    {
      name: 'counts timeouts as failures, over all tokens',
      series: {
        'scan_requests_total{token_symbol="BTC", status="success"}': '0+6x20',
        'scan_requests_total{token_symbol="PEPE", status="timeout"}': '0+1x20',
        'scan_requests_total{token_symbol="PEPE", status="failure"}': '0+1x20',
      },
      atMinutes: 15,
      firing: [{ labels: {}, description: '25% of the scans of the last 5 minutes failed or timed out.' }],
    },
    {
      name: 'stays quiet at one failure in twenty-five',
      series: {
        'scan_requests_total{token_symbol="BTC", status="success"}': '0+24x20',
        'scan_requests_total{token_symbol="BTC", status="failure"}': '0+1x20',
      },
      atMinutes: 15,
      firing: [],
    },
    {
      name: 'stays quiet when the only scan of the window fails',
      series: {
        'scan_requests_total{token_symbol="BTC", status="success"}': '10x20',
        'scan_requests_total{token_symbol="BTC", status="failure"}': '0x12 1x8',
      },
      atMinutes: 14,
      firing: [],
    },
    {
      name: 'stays quiet while nothing is scanned',
      series: { 'scan_requests_total{token_symbol="BTC", status="failure"}': '7x20' },
      atMinutes: 15,
      firing: [],
    },
  ],
});
