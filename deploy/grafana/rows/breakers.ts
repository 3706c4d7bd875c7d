import { growthBy, type PanelRow } from '../panel.ts';

export const breakers: PanelRow = {
  title: 'Circuit breakers',
  panels: [
    {
      title: 'State',
      description: 'An open breaker spares a failing source; half open lets one call through on trial.',
      kind: 'states',
      unit: 'none',
      width: 12,
      queries: [{ expr: 'max by (source, endpoint) (circuit_breaker_state)', legend: '{{source}} {{endpoint}}' }],
    },
    {
      title: 'Trips in ten minutes',
      description: 'The line is the threshold of CircuitBreakerTripping.',
      kind: 'timeseries',
      unit: 'short',
      width: 6,
      alerts: ['CircuitBreakerTripping'],
      queries: [growthBy('circuit_breaker_trips_total', ['source'], 10)],
    },
    {
      title: 'Recoveries in ten minutes',
      description: 'Trips without recoveries: the source is down. Both: it comes and goes.',
      kind: 'timeseries',
      unit: 'short',
      width: 6,
      queries: [growthBy('circuit_breaker_recoveries_total', ['source'], 10)],
    },
  ],
};
