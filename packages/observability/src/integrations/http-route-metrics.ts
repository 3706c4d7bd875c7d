import type { BoundCounter, BoundGauge, BoundHistogram } from '../metrics/instruments.ts';
import { activeApiRequests, apiErrors, apiRequestDuration, apiRequests, type MethodLabel } from './http-metrics.ts';

/** What is counted of one method and route; its labels are looked up once. */
export class RouteMetrics {
  readonly method: MethodLabel;
  readonly endpoint: string;
  private readonly active: BoundGauge;
  private readonly duration: BoundHistogram;
  private readonly byStatus = new Map<number, BoundCounter>();

  constructor(method: MethodLabel, endpoint: string) {
    this.method = method;
    this.endpoint = endpoint;
    this.active = activeApiRequests.with({ method, endpoint });
    this.duration = apiRequestDuration.with({ method, endpoint });
  }

  begin(): void {
    this.active.inc();
  }

  /** The request is another route's, or nobody's. */
  leave(): void {
    this.active.dec();
  }

  end(statusCode: number, seconds: number, errorType: string | undefined): void {
    this.active.dec();
    this.answered(statusCode).inc();
    this.duration.observe(seconds);
    if (errorType !== undefined) {
      apiErrors.inc({ method: this.method, endpoint: this.endpoint, error_type: errorType });
    }
  }

  private answered(statusCode: number): BoundCounter {
    let counter = this.byStatus.get(statusCode);
    if (counter === undefined) {
      const { method, endpoint } = this;
      counter = apiRequests.with({ method, endpoint, status_code: String(statusCode) });
      if (this.byStatus.size < mostRemembered) this.byStatus.set(statusCode, counter);
    }
    return counter;
  }
}

// More than the budget of the label, so that whatever can have a series of its own is found here.
const mostRemembered = 1_000;
const byMethod = new Map<MethodLabel, Map<string, RouteMetrics>>();

/** The metrics of a method and route: those made before, unless there are too many of them to be routes. */
export function routeMetrics(method: MethodLabel, endpoint: string): RouteMetrics {
  let byEndpoint = byMethod.get(method);
  if (byEndpoint === undefined) {
    byEndpoint = new Map();
    byMethod.set(method, byEndpoint);
  }
  let found = byEndpoint.get(endpoint);
  if (found === undefined) {
    found = new RouteMetrics(method, endpoint);
    if (byEndpoint.size < mostRemembered) byEndpoint.set(endpoint, found);
  }
  return found;
}
