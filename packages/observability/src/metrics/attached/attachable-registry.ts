/**
 * What is used of a registry of prom-client (14 or 15), told by its shape: that package is not needed here. Its
 * metrics are asked one by one through their own `get()`, so that each of them can fail or hang alone.
 */
export interface AttachableRegistry {
  getMetricsAsArray(): readonly object[];
  /** A registry of OpenMetrics type appends `_total` to the names of its counters. */
  readonly contentType?: string;
}

export interface AttachOptions {
  /**
   * snake_case; how the registry is called in warnings and in the label of the collector metrics. A name that is
   * taken gets a number.
   * @default 'prom_client'
   */
  readonly name?: string;
}

/** Calls the metric's `get()`. @throws whatever it throws, or TypeError when it has none */
export function readMetric(metric: object): unknown {
  if ('get' in metric && typeof metric.get === 'function') return metric.get();
  throw new TypeError('a metric without get()');
}

/** For messages. Never throws. */
export function nameOf(metric: object): string {
  try {
    return 'name' in metric ? String(metric.name) : '';
  } catch {
    return '';
  }
}

/**
 * Labels that the registry adds to all of its series. Its one public way to merge them in, `getMetricsAsJSON`, writes
 * them into the counters for good, so the field is read instead; where it is missing there are none.
 */
export function defaultLabelsOf(registry: object): Readonly<Record<string, unknown>> {
  const labels: unknown = '_defaultLabels' in registry ? registry._defaultLabels : undefined;
  return isRecord(labels) ? labels : {};
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
