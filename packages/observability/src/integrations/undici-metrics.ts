import { counter, histogram } from '../metrics/default-registry.ts';
import { httpMethods } from './http-metrics.ts';

// A program speaks to few hosts, unless it follows what it finds; then the budget holds.
const host = { limit: 100 } as const;

export const clientRequests = counter({
  name: 'http_client_requests_total',
  help: 'HTTP requests made, by host and status code; "error" where no answer came.',
  labels: { method: httpMethods, host, status_code: { limit: 80 } },
});

export const clientRequestDuration = histogram({
  name: 'http_client_request_duration_seconds',
  help: 'Time from the making of a request to the end of its answer.',
  labels: { method: httpMethods, host },
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
});
