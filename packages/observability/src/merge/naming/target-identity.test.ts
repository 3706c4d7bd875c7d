import { expect, test } from 'vitest';
import { toMetricSource } from './target-identity.ts';

const sourceOf = (attributes: Record<string, string | number>) => toMetricSource({ attributes });

test('job and instance are those of the specification', () => {
  const source = sourceOf({ 'service.name': 'shop', 'service.namespace': 'web', 'service.instance.id': 'i1' });
  expect([source.job, source.instance]).toEqual(['web/shop', 'i1']);
  expect(sourceOf({ 'service.name': 'shop' })).toMatchObject({ job: 'shop', instance: '' });
  expect(sourceOf({}).job).toBe('unknown_service');
});

test('another process has another id, the same one has the same', () => {
  const one = { 'service.name': 'shop', 'service.instance.id': 'i1', 'process.pid': 1 };
  expect(sourceOf({ ...one, 'process.pid': 2 }).id).toBe(sourceOf(one).id);
  expect(sourceOf({ ...one, 'service.instance.id': 'i2' }).id).not.toBe(sourceOf(one).id);
  const unnamed = { 'service.name': 'shop', 'host.name': 'h', 'process.pid': 1 };
  expect(sourceOf({ 'process.pid': 1, 'host.name': 'h', 'service.name': 'shop' }).id).toBe(sourceOf(unnamed).id);
  expect(sourceOf({ ...unnamed, 'process.pid': 2 }).id).not.toBe(sourceOf(unnamed).id);
});

test('whatever a resource holds, an id is short', () => {
  const long = sourceOf({ 'service.name': 'x'.repeat(1_000_000), 'host.name': 'y'.repeat(1_000_000) });
  expect(long.id.length).toBeLessThan(100);
  expect(long.job.length).toBe(1_024);
});
