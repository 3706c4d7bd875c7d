import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { decodeDelimited } from '../exposition/protobuf/decoder.fixture.ts';
import { createRegistry, type Registry } from '../registry.ts';
import type { MetricWarning } from '../registry-hooks.ts';

/** The schemas of the series of a histogram; undefined for one without native buckets. */
async function schemasOf(registry: Registry, name: string) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of registry.renderBytes({ format: 'protobuf' })) chunks.push(Buffer.from(chunk));
  const family = decodeDelimited(Buffer.concat(chunks)).find((one) => one.name === name);
  return family?.metric.map(({ histogram }) => histogram?.schema);
}

test('only what is asked for is native, by declaration or by name before or after it', async () => {
  const registry = createRegistry();
  registry.histogram({ name: 'plain', help: 'h', native: false });
  registry.histogram({ name: 'declared', help: 'h', native: true });
  const early = registry.histogram({ name: 'early', help: 'h', labels: { item: { limit: 2 } } });
  const bound = early.with({ item: 'a' });
  registry.useNativeBuckets(['early', 'late', 'unknown']);
  registry.histogram({ name: 'late', help: 'h' });
  bound.observe(1);
  early.observe({ item: 'a' }, 2);
  expect(await schemasOf(registry, 'plain')).toEqual([undefined]);
  for (const name of ['declared', 'late', 'early']) expect(await schemasOf(registry, name)).toEqual([3]);
  expect(registry.value('early', { item: 'a' })).toBe(2);
});

test('a maximum that is declared wins over the configured default', async () => {
  const registry = createRegistry();
  registry.useNativeBuckets(['size']);
  const size = registry.histogram({ name: 'size', help: 'h', native: { maxBuckets: 2 } });
  registry.useNativeBuckets(['size']);
  for (const value of [1, 2, 4, 8]) size.observe(value);
  expect(await schemasOf(registry, 'size')).toEqual([-2]);
});

test('one that has observations goes on without, with a warning', async () => {
  const warnings: MetricWarning[] = [];
  const registry = createRegistry({ onWarning: (warning) => warnings.push(warning) });
  registry.histogram({ name: 'size', help: 'h' }).observe(1);
  registry.useNativeBuckets(['size']);
  registry.useNativeBuckets(['size']);
  expect(warnings).toMatchObject([{ code: 'native_late', metric: 'size' }]);
  expect(await schemasOf(registry, 'size')).toEqual([undefined]);
});

test('the text formats show the same with native buckets as without', async () => {
  const texts = await Promise.all(
    [true, false].flatMap((native) =>
      (['text', 'openmetrics'] as const).map((format) => {
        const registry = createRegistry();
        const size = registry.histogram({ name: 'size', help: 'h', native });
        for (const value of [0.1, 3, -2]) size.observe(value);
        return registry.render({ format });
      }),
    ),
  );
  expect(texts.slice(0, 2)).toEqual(texts.slice(2));
});

test('the same declaration twice is one metric, with another maximum it is warned of', () => {
  const warnings: MetricWarning[] = [];
  const registry = createRegistry({ onWarning: (warning) => warnings.push(warning) });
  const declare = (native: boolean | { maxBuckets?: number }) =>
    registry.histogram({ name: 'size', help: 'h', native });
  declare(true).observe(1);
  declare({ maxBuckets: 160 }).observe(1);
  declare({}).observe(1);
  expect(warnings).toEqual([]);
  declare({ maxBuckets: 20 }).observe(1);
  expect(warnings.map(({ code }) => code)).toEqual(['declaration_conflict']);
  expect(registry.value('size')).toBe(4);
});

test.each([0, 1.5, -1, Number.NaN, 10_001, '20', null])('a maximum of %j buckets is refused', (maxBuckets) => {
  expect(() =>
    createRegistry().histogram({ name: 'size', help: 'h', native: { maxBuckets: maxBuckets as number } }),
  ).toThrow(expect.objectContaining({ code: 'OBS_METRIC_NATIVE_INVALID' }));
});

test.each([1, 'yes', null])('native: %j is refused', (native) => {
  expect(() => createRegistry().histogram({ name: 'size', help: 'h', native: native as never })).toThrow(
    'expected native: true or { maxBuckets: a whole number from 1 to 10000 }',
  );
});
