import type { Exemplar, Exemplars } from '../../metrics/exemplars.ts';
import type { ExemplarPoint } from '../../otlp/metric-model.ts';
import { toNano } from './read-window.ts';

export const noExemplars: readonly ExemplarPoint[] = Object.freeze([]);

const tracePattern = /^(?!0{32})[0-9a-f]{32}$/;
const spanPattern = /^(?!0{16})[0-9a-f]{16}$/;
// What the exposition shows, too.
const idPattern = /^[0-9a-f]{1,32}$/;

/** The exemplars of cells next to each other that are newer than `afterMs`. */
export function toExemplars(
  exemplars: Exemplars | null,
  { first, cells, afterMs }: { readonly first: number; readonly cells: number; readonly afterMs: number },
): readonly ExemplarPoint[] {
  if (exemplars === null || exemplars.isEmpty) return noExemplars;
  let points: ExemplarPoint[] | null = null;
  for (let cell = first; cell < first + cells; cell++) {
    const exemplar = exemplars.get(cell);
    // Not `<=`: a time that is not a number is none.
    if (exemplar === undefined || !(exemplar.atMs > afterMs)) continue;
    const point = toPoint(exemplar);
    if (point === null) continue;
    points ??= [];
    points.push(point);
  }
  return points ?? noExemplars;
}

/** Ids that are none of a trace stay what they are in the exposition: labels. */
function toPoint({ traceId, spanId, value, atMs }: Readonly<Exemplar>): ExemplarPoint | null {
  if (!Number.isFinite(atMs)) return null;
  const timeUnixNano = toNano(atMs);
  if (tracePattern.test(traceId) && spanPattern.test(spanId)) {
    return { filteredAttributes: {}, timeUnixNano, value, traceId, spanId };
  }
  if (!idPattern.test(traceId) || !idPattern.test(spanId)) return null;
  const filteredAttributes = { trace_id: traceId, span_id: spanId };
  return { filteredAttributes, timeUnixNano, value, traceId: '', spanId: '' };
}
