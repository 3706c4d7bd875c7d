import { counter, gauge, histogram } from '../metrics/default-registry.ts';

// From RFC 9110 and RFC 5789; anything else a client invents shares one series.
const knownMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'] as const;

/** A method as a label value. */
export type MethodLabel = (typeof knownMethods)[number] | '_OTHER';

/** All method labels. */
export const httpMethods = [...knownMethods, '_OTHER'] as const;
// Route patterns, so bounded by the program; the budget catches routes made at run time.
const endpoint = { limit: 300 } as const;

/** What requests share that match no route: their paths are chosen by clients. */
export const unmatchedEndpoint = '__unmatched__';

export const apiRequests = counter({
  name: 'api_requests_total',
  help: 'HTTP requests answered, by route pattern and status code; 499 means that the client went away.',
  labels: { method: httpMethods, endpoint, status_code: { limit: 80 } },
});

export const apiRequestDuration = histogram({
  name: 'api_request_duration_seconds',
  help: 'Time from the arrival of a request to the end of its answer.',
  labels: { method: httpMethods, endpoint },
  buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});

export const apiErrors = counter({
  name: 'api_errors_total',
  help: 'HTTP requests answered with 400 or above or not to the end, by error code, error class or status.',
  labels: { method: httpMethods, endpoint, error_type: { limit: 100 } },
});

export const activeApiRequests = gauge({
  name: 'active_api_requests',
  help: 'HTTP requests being answered now.',
  labels: { method: httpMethods, endpoint },
});

const labels = new Map<string, MethodLabel>(knownMethods.map((method) => [method, method]));

/** `_OTHER` for methods no standard knows, as OpenTelemetry's HTTP conventions say. */
export function toMethodLabel(method: string): MethodLabel {
  return labels.get(method) ?? labels.get(method.toUpperCase()) ?? '_OTHER';
}
