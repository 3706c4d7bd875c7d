import type { Resource, Scope } from '../../otlp/common-model.ts';
import type { MetricData, ResourceMetrics } from '../../otlp/metric-model.ts';

// A piece is what is encoded in one turn of the event loop and sent as one request, and a request is what is lost, retried
// and spooled together. 2 000 values take 2 to 4 ms to encode.
const fullWeight = 1_000;

/** The points of one metric, as they are added. */
export interface OpenMetric<P> {
  /** `weight` is about how many numbers it holds. */
  add(point: P, weight: number): void;
  end(): void;
}

const nothing: readonly ResourceMetrics[] = Object.freeze([]);

/** Gathers metrics in pieces of about the same size. */
export class MetricPieces {
  private readonly resource: Resource;
  private readonly scope: Scope;
  private full: ResourceMetrics[] = [];
  private metrics: MetricData[] = [];
  private weight = 0;

  constructor(resource: Resource, scope: Scope) {
    this.resource = resource;
    this.scope = scope;
  }

  /** One at a time. A metric without points is left out; one whose points do not fit goes on in the next piece. */
  open<P>(toMetric: (points: readonly P[]) => MetricData): OpenMetric<P> {
    let points: P[] = [];
    const end = () => {
      if (points.length > 0) this.metrics.push(toMetric(points));
      points = [];
    };
    return {
      add: (point, weight) => {
        points.push(point);
        this.weight += weight;
        if (this.weight < fullWeight) return;
        end();
        this.closePiece();
      },
      end,
    };
  }

  /** Those that are full, once each. */
  take(): readonly ResourceMetrics[] {
    if (this.full.length === 0) return nothing;
    const { full } = this;
    this.full = [];
    return full;
  }

  /** The one that will not get full, too. */
  takeLast(): readonly ResourceMetrics[] {
    this.closePiece();
    return this.take();
  }

  private closePiece(): void {
    const { resource, scope, metrics } = this;
    if (metrics.length > 0) this.full.push({ resource, scopes: [{ scope, metrics }] });
    this.metrics = [];
    this.weight = 0;
  }
}
