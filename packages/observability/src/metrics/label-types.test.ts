import { expectTypeOf, test } from 'vitest';
import type { BoundCounter, Counter, PlainCounter, PlainGauge } from './instruments.ts';
import type { LabelSpecs } from './label-specs.ts';
import { createRegistry } from './registry.ts';

const registry = createRegistry();
const labels = { item: { limit: 500 }, state: ['done', 'failed'] } as const;

test('a closed list is a union of its literals and a budget is any string', () => {
  const done = registry.counter({
    name: 'done_total',
    help: 'h',
    labels: { item: { limit: 5 }, state: ['ok', 'bad'] },
  });
  type Given = Parameters<typeof done.inc>[0];
  expectTypeOf<Given['state']>().toEqualTypeOf<'ok' | 'bad'>();
  expectTypeOf<Given['item']>().toEqualTypeOf<string>();
  expectTypeOf(done.with({ item: 'x', state: 'ok' })).toEqualTypeOf<BoundCounter>();
});

test('misuse of a labelled counter does not compile', () => {
  const done = registry.counter({ name: 'misused_total', help: 'h', labels });
  // @ts-expect-error a value outside the closed list
  done.inc({ item: 'x', state: 'unknown' });
  // @ts-expect-error a label is missing
  done.inc({ item: 'x' });
  // @ts-expect-error an undeclared label
  done.inc({ item: 'x', state: 'done', more: '1' });
  // @ts-expect-error labels are required
  done.inc();
  // @ts-expect-error a number is no label value
  done.inc({ item: 5, state: 'done' });
});

test('misuse of instruments without labels does not compile', () => {
  const done = registry.counter({ name: 'plain_total', help: 'h' });
  const depth = registry.gauge({ name: 'plain_depth', help: 'h' });
  const wait = registry.histogram({ name: 'plain_seconds', help: 'h' });
  expectTypeOf<Parameters<typeof done.inc>>().toEqualTypeOf<[amount?: number | undefined]>();
  expectTypeOf<typeof depth>().toEqualTypeOf<PlainGauge>();
  const annotated: PlainCounter = registry.counter({ name: 'annotated_total', help: 'h' });
  annotated.inc();
  // @ts-expect-error there are no labels
  done.inc({ item: 'x' });
  // @ts-expect-error there is nothing to bind
  void done.with;
  // @ts-expect-error a value is required
  depth.set();
  // @ts-expect-error a value is required
  wait.observe();
});

test('gauges and histograms take the same labels', () => {
  const depth = registry.gauge({ name: 'depth', help: 'h', labels });
  const wait = registry.histogram({ name: 'wait_seconds', help: 'h', labels });
  type Values = { readonly item: string; readonly state: 'done' | 'failed' };
  expectTypeOf(depth.set).parameters.toEqualTypeOf<[labels: Values, value: number]>();
  expectTypeOf(depth.remove).parameters.toEqualTypeOf<[labels: Values]>();
  expectTypeOf(wait.observe).parameters.toEqualTypeOf<[labels: Values, value: number]>();
});

test('labels known only at run time are a record of strings', () => {
  const specs: LabelSpecs = { item: { limit: 1 } };
  const done = registry.counter({ name: 'dynamic_total', help: 'h', labels: specs });
  expectTypeOf<typeof done>().toEqualTypeOf<Counter<LabelSpecs>>();
  expectTypeOf<Parameters<typeof done.inc>[0]>().toExtend<Readonly<Record<string, string>>>();
});

test('declarations of other shapes do not compile', () => {
  // @ts-expect-error a label needs a list or a limit
  void (() => registry.counter({ name: 'x_total', help: 'h', labels: { item: 'any' } }));
  // @ts-expect-error help is required
  void (() => registry.counter({ name: 'x_total' }));
  // @ts-expect-error only histograms have buckets
  void (() => registry.counter({ name: 'x_total', help: 'h', buckets: [1] }));
});

test('misuse of amounts and of other options does not compile', () => {
  const done = registry.counter({ name: 'amounts_total', help: 'h' });
  // @ts-expect-error an amount is a number
  done.inc('1');
  // @ts-expect-error a BigInt is no amount
  done.inc(1n);
  // @ts-expect-error counters only grow
  void done.dec;
  // @ts-expect-error a counter is not set
  void done.set;
  // @ts-expect-error the expiry is a number of milliseconds
  void (() => registry.counter({ name: 'x_total', help: 'h', expireAfterMs: '5m' }));
  // @ts-expect-error only gauges are collected
  void (() => registry.counter({ name: 'x_total', help: 'h', collect: () => {} }));
});
