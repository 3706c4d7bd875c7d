import { expect, test } from 'vitest';
import type { LabelSpecs } from '../label-specs.ts';
import { MetricError, metricErrorCodes } from '../metric-error.ts';
import { createRegistry } from '../registry.ts';

/** The code of the refusal, or 'accepted'. */
function verdict(declare: () => unknown): string {
  try {
    declare();
    return 'accepted';
  } catch (error) {
    if (error instanceof MetricError) return error.code;
    throw error;
  }
}

const ofGauge = (name: string) => verdict(() => createRegistry().gauge({ name, help: 'h' }));
const ofLabels = (labels: unknown) =>
  verdict(() => createRegistry().gauge({ name: 'x', help: 'h', labels: labels as LabelSpecs }));
const ofBuckets = (buckets: unknown) =>
  verdict(() => createRegistry().histogram({ name: 'x', help: 'h', buckets: buckets as number[] }));

test.each([
  ['', 'OBS_METRIC_NAME_INVALID'],
  ['9lives', 'OBS_METRIC_NAME_INVALID'],
  ['camelCase', 'OBS_METRIC_NAME_INVALID'],
  ['with:colon', 'OBS_METRIC_NAME_INVALID'],
  ['spaced name', 'OBS_METRIC_NAME_INVALID'],
  ['größe', 'OBS_METRIC_NAME_INVALID'],
  ['x\n', 'OBS_METRIC_NAME_INVALID'],
  ['x_total', 'OBS_METRIC_NAME_SUFFIX'],
  ['x_bucket', 'OBS_METRIC_NAME_SUFFIX'],
  ['x_count', 'OBS_METRIC_NAME_SUFFIX'],
  ['x_milliseconds', 'OBS_METRIC_NAME_UNIT'],
  ['x_kb', 'OBS_METRIC_NAME_UNIT'],
  ['x_gauge', 'OBS_METRIC_NAME_TYPE'],
  ['x_seconds', 'accepted'],
])('the gauge name %j is judged %s', (name, expected) => {
  expect(ofGauge(name)).toBe(expected);
});

test('a counter must end in _total', () => {
  expect(verdict(() => createRegistry().counter({ name: 'x', help: 'h' }))).toBe('OBS_METRIC_NAME_SUFFIX');
  expect(verdict(() => createRegistry().counter({ name: '_total', help: 'h' }))).toBe('OBS_METRIC_NAME_SUFFIX');
});

test.each([[''], [' \n'], [undefined], [5]])('help %j is missing help', (help: unknown) => {
  expect(verdict(() => createRegistry().gauge({ name: 'x', help: help as string }))).toBe('OBS_METRIC_HELP_MISSING');
});

test.each([
  [{ le: ['1'] }, 'OBS_METRIC_LABEL_RESERVED'],
  [{ quantile: ['1'] }, 'OBS_METRIC_LABEL_RESERVED'],
  [{ __name__: ['1'] }, 'OBS_METRIC_LABEL_RESERVED'],
  [{ 'a-b': ['1'] }, 'OBS_METRIC_LABEL_INVALID'],
  [{ aB: ['1'] }, 'OBS_METRIC_LABEL_INVALID'],
  [{ a: [] }, 'OBS_METRIC_LABEL_BUDGET'],
  [{ a: ['x', 'x'] }, 'OBS_METRIC_LABEL_BUDGET'],
  [{ a: ['x', '__other__'] }, 'OBS_METRIC_LABEL_BUDGET'],
  [{ a: ['x', 1] }, 'OBS_METRIC_LABEL_BUDGET'],
  [{ a: { limit: 0 } }, 'OBS_METRIC_LABEL_BUDGET'],
  [{ a: { limit: 1.5 } }, 'OBS_METRIC_LABEL_BUDGET'],
  [{ a: {} }, 'OBS_METRIC_LABEL_BUDGET'],
  [{ a: null }, 'OBS_METRIC_LABEL_BUDGET'],
  [{ a: 'any' }, 'OBS_METRIC_LABEL_BUDGET'],
  [{ constructor: { limit: 1 } }, 'accepted'],
])('labels %j are judged %s', (labels, expected) => {
  expect(ofLabels(labels)).toBe(expected);
});

test.each([[[]], [[1, 1]], [[2, 1]], [[1, Number.POSITIVE_INFINITY]], [[Number.NaN]], [['1']], ['12']])(
  'buckets %j are refused',
  (buckets) => {
    expect(ofBuckets(buckets)).toBe('OBS_METRIC_BUCKETS_INVALID');
  },
);

test('a unit must be what the name ends with', () => {
  const unitOf = (name: string, unit: string) => verdict(() => createRegistry().counter({ name, help: 'h', unit }));
  expect(unitOf('cost_usd_total', 'usd')).toBe('accepted');
  expect(unitOf('cost_total', 'usd')).toBe('OBS_METRIC_UNIT_INVALID');
});

test('the message names metric, rule and what came, and the code is in the table', () => {
  const declare = () => createRegistry().counter({ name: 'visits', help: 'h' });
  expect(declare).toThrow('metric "visits": expected a counter name that ends in _total; came "visits"');
  expect(new Set(Object.values(metricErrorCodes)).size).toBe(Object.keys(metricErrorCodes).length);
});
