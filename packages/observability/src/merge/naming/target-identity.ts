import type { Attributes, Resource } from '../../otlp/common-model.ts';
import type { MetricSource } from '../metric-source.ts';
import { toText } from './label-text.ts';
import { toShortKey } from './short-key.ts';

// A label value that long is none.
const maxLabelLength = 1_024;
/** Of the resource, what is shown as `job` and `instance` and not again in `target_info`. */
export const identityAttributes: ReadonlySet<string> = new Set([
  'service.name',
  'service.namespace',
  'service.instance.id',
]);

/**
 * Who sent this, by the compatibility specification: `job` is service.namespace/service.name, `instance` is
 * service.instance.id. A process that gives itself no instance id is told apart by the rest of its resource (host, process
 * id, container); where that is equal too, two processes cannot be told apart.
 */
export function toMetricSource({ attributes }: Resource): MetricSource {
  const name = textOf(attributes, 'service.name') || 'unknown_service';
  const namespace = textOf(attributes, 'service.namespace');
  const instance = textOf(attributes, 'service.instance.id');
  const job = namespace === '' ? name : `${namespace}/${name}`;
  const rest = instance === '' ? identityOf(attributes) : '';
  return {
    id: toShortKey(JSON.stringify([job, instance, rest])),
    job: job.slice(0, maxLabelLength),
    instance: instance.slice(0, maxLabelLength),
  };
}

function identityOf(attributes: Attributes): string {
  const keys = Object.keys(attributes).filter((key) => !identityAttributes.has(key));
  const pairs = keys.sort().map((key) => [key, toText(attributes[key] ?? null)]);
  return JSON.stringify(pairs);
}

function textOf(attributes: Attributes, name: string): string {
  return toText(attributes[name] ?? null);
}
