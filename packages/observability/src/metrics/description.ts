import type { LabelDescription, MetricDescription } from './declaring/declarations.ts';
import type { Family } from './family.ts';
import { isClosedList } from './label-specs.ts';

/** A metric as documentation and checks read it. */
export function describeFamily(family: Family): MetricDescription {
  const { type, name, help, labels, unit } = family.meta;
  return {
    name,
    type,
    help,
    labels: Object.entries(labels).map(
      ([label, spec]): LabelDescription =>
        isClosedList(spec) ? { name: label, values: spec } : { name: label, limit: spec.limit },
    ),
    ...(unit === undefined ? {} : { unit }),
    ...(family.type === 'histogram' ? { buckets: [...family.bounds] } : {}),
  };
}
