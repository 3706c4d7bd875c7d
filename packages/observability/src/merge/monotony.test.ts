import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MergedMetrics } from './merged-metrics.ts';
import {
  counterOf,
  createMerge,
  histogramOf,
  histogramPoint,
  numberPoint,
  of,
  source,
  textOf,
} from './otlp.fixture.ts';

/** A process of the model: what it counted, by its own knowledge. */
interface Life {
  id: string;
  startedAt: number;
  buckets: number[];
  delta: number[];
  lastTime: number;
  /** Reports that were sent before, to be delivered again. */
  sent: (() => void)[];
}

const step = fc.record({
  do: fc.constantFrom('count', 'report', 'report', 'resend', 'restart', 'replace', 'silent', 'wait', 'delta'),
  who: fc.nat(2),
  amount: fc.nat(9),
});

const names = ['jobs_total', 'wait_seconds_bucket', 'wait_seconds_count', 'wait_seconds_sum', 'deltas_total'];

async function readCounters(merge: MergedMetrics): Promise<ReadonlyMap<string, number>> {
  const lines = (await textOf(merge)).split('\n').filter((line) => names.some((name) => line.startsWith(name)));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

test.each(['none', 'each'] as const)(
  'whatever is reported again, late, restarted or ended, no counter goes backwards and the end is what was counted (instance: %s)',
  async (instance) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const { merge, clock } = createMerge({ instance });
        let now = 1_000;
        let born = 0;
        let closedTotal = 0;
        let deltaTotal = 0;
        const live = (id?: string): Life => ({
          id: id ?? `p${born++}`,
          startedAt: now,
          buckets: [0, 0, 0],
          delta: [],
          lastTime: now,
          sent: [],
        });
        const lives = [live(), live(), live()];
        const report = (life: Life) => {
          now += 1;
          life.lastTime = now;
          const total = life.buckets.reduce((sum, count) => sum + count, 0);
          const facts = { start: life.startedAt, time: now };
          const metrics = of(
            counterOf('jobs_total', [numberPoint(total, facts)]),
            histogramOf('wait_seconds', [histogramPoint([...life.buckets], [1, 2], { ...facts, sum: total / 4 })]),
          );
          const send = () => void merge.update(source(life.id), metrics);
          life.sent.push(send);
          send();
        };
        let before = new Map<string, number>() as ReadonlyMap<string, number>;
        for (const { do: what, who, amount } of steps) {
          const life = lives[who] ?? live();
          now += 1;
          if (what === 'count') life.buckets[amount % 3] = (life.buckets[amount % 3] ?? 0) + amount;
          if (what === 'report') report(life);
          if (what === 'resend') life.sent[amount % Math.max(1, life.sent.length)]?.();
          if (what === 'silent') merge.silent(source(life.id));
          if (what === 'wait') clock.nowMs += amount * 50_000;
          if (what === 'delta') {
            const metrics = of(
              counterOf('deltas_total', [numberPoint(amount, { start: now - 1, time: now })], 'delta'),
            );
            merge.update(source(life.id), metrics);
            merge.update(source(life.id), metrics);
            deltaTotal += amount;
          }
          if (what === 'restart' || what === 'replace') {
            report(life);
            closedTotal += life.buckets.reduce((sum, count) => sum + count, 0);
            if (what === 'replace') merge.end(life.id);
            lives[who] = live(what === 'restart' ? life.id : undefined);
          }
          const shown = await readCounters(merge);
          // With a series for each process those of ended ones go into the one of all that ended.
          if (instance === 'none')
            for (const [series, value] of before) expect(shown.get(series)).toBeGreaterThanOrEqual(value);
          before = shown;
        }
        for (const life of lives) {
          now += 1;
          clock.nowMs += 1;
          report(life);
        }
        const counted = closedTotal + lives.reduce((sum, { buckets }) => sum + buckets.reduce((a, b) => a + b, 0), 0);
        const shown = await readCounters(merge);
        const sumOf = (name: string) =>
          [...shown].reduce((sum, [series, value]) => (series.startsWith(`${name}{`) ? sum + value : sum), 0);
        expect(sumOf('jobs_total')).toBe(counted);
        expect(sumOf('wait_seconds_count')).toBe(counted);
        expect(sumOf('wait_seconds_sum')).toBe(counted / 4);
        expect(sumOf('deltas_total')).toBe(deltaTotal);
      }),
      { numRuns: 150 },
    );
  },
  60_000,
);
