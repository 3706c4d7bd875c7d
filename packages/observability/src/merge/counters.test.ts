import { describe, expect, test } from 'vitest';
import type { Attributes } from '../otlp/common-model.ts';
import {
  counterOf,
  createMerge,
  gaugeOf,
  histogramOf,
  histogramPoint,
  numberPoint,
  of,
  shownOf,
  source,
  textOf,
} from './otlp.fixture.ts';

const series = 'jobs_total{job="shop"}';
const jobs = (value: number, facts: { start?: number; time?: number } = {}) =>
  of(counterOf('jobs_total', [numberPoint(value, facts)]));
const delta = (value: number, facts: { start?: number; time?: number } = {}) =>
  of(counterOf('jobs_total', [numberPoint(value, facts)], 'delta'));

describe('a counter', () => {
  test('of a source that restarted under another id goes on', async () => {
    const { merge } = createMerge();
    merge.update(source('a'), jobs(10));
    merge.end('a');
    merge.update(source('b'), jobs(1));
    expect(await shownOf(merge, series)).toBe(11);
  });

  test('that fell, or has another start, begins another life whose value is added', async () => {
    const { merge } = createMerge();
    merge.update(source('a'), jobs(10, { start: 1, time: 2 }));
    merge.update(source('a'), jobs(4, { start: 1, time: 3 }));
    expect(await shownOf(merge, series)).toBe(14);
    merge.update(source('a'), jobs(9, { start: 5, time: 6 }));
    expect(await shownOf(merge, series)).toBe(23);
  });

  test('delivered twice counts once; an older snapshot changes nothing', async () => {
    const { merge } = createMerge();
    for (let i = 0; i < 3; i++) expect(merge.update(source('a'), jobs(10, { time: 5 })).accepted).toBe(1);
    expect(await shownOf(merge, series)).toBe(10);
    merge.update(source('a'), jobs(7, { time: 3 }));
    merge.update(source('a'), jobs(7, { start: 0, time: 3 }));
    expect(await shownOf(merge, series)).toBe(10);
    merge.update(source('a'), jobs(12, { time: 6 }));
    expect(await shownOf(merge, series)).toBe(12);
  });

  test('of an earlier life that arrives late is not added again', async () => {
    const { merge } = createMerge();
    merge.update(source('a'), jobs(10, { start: 1, time: 2 }));
    merge.update(source('a'), jobs(3, { start: 4, time: 5 }));
    merge.update(source('a'), jobs(9, { start: 1, time: 1 }));
    merge.update(source('a'), jobs(11, { start: 1, time: 3 }));
    expect(await shownOf(merge, series)).toBe(13);
  });

  test('of a source whose clock was set back is believed again after the time in which others expire', async () => {
    const { merge, clock } = createMerge();
    merge.update(source('a'), jobs(10, { start: 100, time: 200 }));
    merge.update(source('a'), jobs(2, { start: 50, time: 60 }));
    expect(await shownOf(merge, series)).toBe(10);
    clock.nowMs += 300_001;
    merge.update(source('a'), jobs(5, { start: 50, time: 400 }));
    expect(await shownOf(merge, series)).toBe(15);
  });

  test('told by deltas adds each once', async () => {
    const { merge } = createMerge();
    merge.update(source('a'), delta(3, { start: 1, time: 2 }));
    merge.update(source('a'), delta(4, { start: 2, time: 3 }));
    merge.update(source('a'), delta(4, { start: 2, time: 3 }));
    expect(await shownOf(merge, series)).toBe(7);
    // The same source, now cumulative: another way to count.
    merge.update(source('a'), jobs(2, { start: 3, time: 4 }));
    expect(await shownOf(merge, series)).toBe(9);
  });

  test('of two scopes of one source with one name is added up, not taken for resets', async () => {
    const { merge } = createMerge();
    const both = (one: number, other: number, time: number) => [
      {
        resource: { attributes: {} },
        scopes: [one, other].map((value, i) => ({
          scope: { name: `scope-${i}` },
          metrics: [counterOf('jobs_total', [numberPoint(value, { time })])],
        })),
      },
    ];
    merge.update(source('a'), both(5, 100, 2));
    merge.update(source('a'), both(6, 101, 3));
    expect(await shownOf(merge, series)).toBe(107);
  });

  test('of attributes that are shown alike is added up too', async () => {
    const { merge } = createMerge();
    const points = (a: number, b: number, time: number) =>
      of(
        counterOf('jobs_total', [
          numberPoint(a, { attributes: { 'a.b': 'x' }, time }),
          numberPoint(b, { attributes: { 'a-b': 'x' }, time }),
        ]),
      );
    merge.update(source('a'), points(5, 100, 2));
    merge.update(source('a'), points(6, 101, 3));
    expect(await shownOf(merge, 'jobs_total{job="shop",a_b="x"}')).toBe(107);
    merge.end('a');
    expect(await shownOf(merge, 'jobs_total{job="shop",a_b="x"}')).toBe(107);
  });

  test('that its sender no longer has keeps its total, and goes on when it comes back', async () => {
    const { merge } = createMerge();
    merge.update(source('a'), jobs(10, { time: 2 }));
    merge.update(source('a'), of(counterOf('jobs_total', [{ ...numberPoint(undefined, { time: 3 }), flags: 1 }])));
    expect(await shownOf(merge, series)).toBe(10);
    merge.update(source('a'), jobs(12, { time: 4 }));
    expect(await shownOf(merge, series)).toBe(12);
  });

  test.each(['x', 'x "y"', 'x\\', 'x\ny'])(
    '%j that expired at one source into __other__ is counted once',
    async (kind) => {
      const { merge } = createMerge();
      const told = (kinds: Readonly<Record<string, number | undefined>>, time: number) =>
        of(
          counterOf(
            'jobs_total',
            Object.entries(kinds).map(([shown, value]) => ({
              ...numberPoint(value, { attributes: { kind: shown === 'x' ? kind : shown }, time }),
              flags: value === undefined ? 1 : 0,
            })),
          ),
        );
      const sum = async () =>
        [...(await textOf(merge)).matchAll(/^jobs_total.* (\d+)$/gm)].reduce(
          (total, [, value]) => total + Number(value),
          0,
        );
      merge.update(source('a'), told({ __other__: 0, x: 5 }, 2));
      merge.update(source('b'), told({ __other__: 0, x: 3 }, 2));
      merge.update(source('a'), told({ __other__: 5, x: undefined }, 3));
      expect(await shownOf(merge, `jobs_total{job="shop",kind=${JSON.stringify(kind)}}`)).toBe(8);
      expect(await sum()).toBe(8);
      merge.update(source('b'), told({ __other__: 3, x: undefined }, 4));
      expect(await textOf(merge)).not.toContain('kind="x"');
      expect(await shownOf(merge, 'jobs_total{job="shop",kind="__other__"}')).toBe(8);
    },
  );
});

describe('a source that was silent for too long', () => {
  test('loses its gauges and keeps its totals, and is the same when it comes back', async () => {
    const { merge, clock } = createMerge();
    merge.update(source('a'), of(counterOf('jobs_total', [numberPoint(10)]), gaugeOf('open', [numberPoint(3)])));
    clock.nowMs += 300_001;
    let text = await textOf(merge);
    expect(text).toContain(`${series} 10\n`);
    expect(text).not.toMatch(/open|metrics_source_up/);
    merge.update(
      source('a'),
      of(counterOf('jobs_total', [numberPoint(14, { time: 9 })]), gaugeOf('open', [numberPoint(2)])),
    );
    text = await textOf(merge);
    expect(text).toContain(`${series} 14\n`);
    expect(text).toContain('open{job="shop"} 2\n');
    expect(text).toContain('metrics_source_up{job="shop",instance="a"} 1\n');
  });

  test('makes room for others, and what it says of the time before is not counted twice when it comes back', async () => {
    const { merge, clock } = createMerge({ maxSources: 1 });
    merge.update(source('a'), jobs(10, { start: 1, time: 2 }));
    expect(merge.update(source('b'), jobs(1)).reasons).toEqual({ max_sources: 1 });
    clock.nowMs += 300_001;
    merge.update(source('b'), jobs(1));
    expect(await shownOf(merge, series)).toBe(11);
    clock.nowMs += 300_001;
    merge.update(source('a'), jobs(15, { start: 1, time: 700 }));
    expect(await shownOf(merge, series)).toBe(11);
    merge.update(source('a'), jobs(17, { start: 1, time: 701 }));
    expect(await shownOf(merge, series)).toBe(13);
    clock.nowMs += 300_001;
    merge.update(source('b'), jobs(4, { start: 800, time: 801 }));
    expect(await shownOf(merge, series)).toBe(17);
  });

  test('a gauge that its source no longer tells is shown no longer', async () => {
    const { merge, clock } = createMerge();
    merge.update(source('a'), of(gaugeOf('open', [numberPoint(3)]), gaugeOf('busy', [numberPoint(1)])));
    clock.nowMs += 200_000;
    merge.update(source('a'), of(gaugeOf('busy', [numberPoint(2, { time: 9 })])));
    clock.nowMs += 200_000;
    const text = await textOf(merge);
    expect(text).not.toContain('open');
    expect(text).toContain('busy{job="shop"} 2\n');
  });
});

test('ten thousand short lives leave no memory behind, and their total', async () => {
  const { merge } = createMerge();
  for (let i = 0; i < 10_000; i++) {
    merge.update(
      source(`p${i}`),
      of(counterOf('jobs_total', [numberPoint(1)]), histogramOf('wait_seconds', [histogramPoint([1, 0], [1])])),
    );
    merge.end(`p${i}`);
  }
  expect(merge.size()).toEqual({ series: 2, parts: 0, sources: 0 });
  expect(await shownOf(merge, series)).toBe(10_000);
  expect(await shownOf(merge, 'wait_seconds_count{job="shop"}')).toBe(10_000);
});

test('processes that never say that they end make room for each other, and no total is lost', async () => {
  const { merge, clock } = createMerge({ maxSources: 100, expiryMs: 1_000 });
  for (let i = 0; i < 3_000; i++) {
    clock.nowMs += 50;
    const { refused } = merge.update(source(`p${i}`), jobs(1));
    expect(refused).toBe(0);
  }
  expect(merge.size().sources).toBeLessThanOrEqual(100);
  expect(await shownOf(merge, series)).toBe(3_000);
});

test('streams that differ in the type of an attribute, or in an empty one, are added up and not taken for restarts', async () => {
  const { merge } = createMerge();
  for (const time of [2, 3, 4]) {
    const report = (name: string, low: Attributes, high: Attributes) =>
      counterOf(name, [
        numberPoint(time, { attributes: low, time }),
        numberPoint(100 + time, { attributes: high, time }),
      ]);
    merge.update(source('a'), of(report('a_total', { code: 1 }, { code: '1' }), report('b_total', { code: '' }, {})));
    expect(await shownOf(merge, 'a_total{job="shop",code="1"}')).toBe(100 + 2 * time);
    expect(await shownOf(merge, 'b_total{job="shop"}')).toBe(100 + 2 * time);
  }
});
