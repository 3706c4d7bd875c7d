import { defineAlert } from './define-alert.ts';

const threshold = 3;

/** A count, so it needs no least traffic. `round` because increase() extrapolates: three trips would read as 3.08. */
export const circuitBreakerTripping = defineAlert({
  name: 'CircuitBreakerTripping',
  severity: 'critical',
  threshold,
  unit: 'count',
  windowMinutes: 10,
  forMinutes: 1,
  expr: `round(sum by (source) (increase(circuit_breaker_trips_total[10m]))) > ${threshold}`,
  summary: 'The circuit breaker of {{ $labels.source }} keeps tripping',
  description: 'The breakers of {{ $labels.source }} opened {{ $value }} times in the last 10 minutes.',
  cases: [
    {
      name: 'fires when the breakers of one source trip once a minute',
      series: {
        'circuit_breaker_trips_total{source="goplus", endpoint="token_security"}': '0+1x30',
        'circuit_breaker_trips_total{source="coingecko", endpoint="coin"}': '1x30',
      },
      atMinutes: 25,
      firing: [
        {
          labels: { source: 'goplus' },
          description: 'The breakers of goplus opened 10 times in the last 10 minutes.',
        },
      ],
    },
    {
      name: 'adds up the endpoints of a source',
      series: {
        'circuit_breaker_trips_total{source="goplus", endpoint="token_security"}': '0x18 1 2x11',
        'circuit_breaker_trips_total{source="goplus", endpoint="solana_token_security"}': '0x18 1 2x11',
      },
      atMinutes: 24,
      firing: [
        {
          labels: { source: 'goplus' },
          description: 'The breakers of goplus opened 4 times in the last 10 minutes.',
        },
      ],
    },
    {
      name: 'stays quiet at exactly three trips',
      series: { 'circuit_breaker_trips_total{source="goplus", endpoint="token_security"}': '0x16 1 2 3x12' },
      atMinutes: 23,
      firing: [],
    },
    {
      name: 'stays quiet when a restart sets the counter back',
      series: { 'circuit_breaker_trips_total{source="goplus", endpoint="token_security"}': '9x15 0x15' },
      atMinutes: 18,
      firing: [],
    },
  ],
});
