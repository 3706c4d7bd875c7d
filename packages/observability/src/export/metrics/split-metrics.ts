import type { MetricData, ResourceMetrics } from '../../otlp/metric-model.ts';

/** How many points these metrics have. */
export function countPoints(metrics: readonly ResourceMetrics[]): number {
  let points = 0;
  for (const { scopes } of metrics) {
    for (const scope of scopes) for (const metric of scope.metrics) points += metric.points.length;
  }
  return points;
}

/** The same metrics in parts of at most this many points, in their order; one whose points do not fit is in several. */
export function splitMetrics(
  metrics: readonly ResourceMetrics[],
  maxPoints: number,
): readonly (readonly ResourceMetrics[])[] {
  if (countPoints(metrics) <= maxPoints) return metrics.length === 0 ? [] : [metrics];
  const parts = new Parts(maxPoints);
  for (const resource of metrics) {
    for (const scope of resource.scopes) {
      for (const metric of scope.metrics) parts.add(resource, scope, metric);
    }
  }
  return parts.close();
}

type Scope = ResourceMetrics['scopes'][number];

class Parts {
  private readonly maxPoints: number;
  private readonly parts: ResourceMetrics[][] = [];
  private part: ResourceMetrics[] = [];
  /** What the last resource and scope of the part were made of, and its metrics. */
  private open: { readonly resource: ResourceMetrics; readonly scope: Scope; readonly metrics: MetricData[] } | null =
    null;
  private room: number;

  constructor(maxPoints: number) {
    this.maxPoints = maxPoints;
    this.room = maxPoints;
  }

  add(resource: ResourceMetrics, scope: Scope, metric: MetricData): void {
    for (let from = 0; from < metric.points.length; ) {
      const to = Math.min(metric.points.length, from + this.room);
      this.metricsOf(resource, scope).push(toPart(metric, from, to));
      this.room -= to - from;
      from = to;
      if (this.room === 0) this.flush();
    }
  }

  close(): readonly (readonly ResourceMetrics[])[] {
    this.flush();
    return this.parts;
  }

  private metricsOf(resource: ResourceMetrics, scope: Scope): MetricData[] {
    if (this.open?.resource === resource && this.open.scope === scope) return this.open.metrics;
    const metrics: MetricData[] = [];
    this.part.push({ ...resource, scopes: [{ ...scope, metrics }] });
    this.open = { resource, scope, metrics };
    return metrics;
  }

  private flush(): void {
    if (this.part.length > 0) this.parts.push(this.part);
    this.part = [];
    this.open = null;
    this.room = this.maxPoints;
  }
}

/** The compiler loses sight of which points belong to which kind. */
function toPart(metric: MetricData, from: number, to: number): MetricData {
  const { points } = metric;
  return from === 0 && to === points.length ? metric : ({ ...metric, points: points.slice(from, to) } as MetricData);
}
