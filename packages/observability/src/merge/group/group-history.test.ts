import fc from 'fast-check';
import client from 'prom-client';
import { expect, test } from 'vitest';
import { createRegistry } from '../../metrics/registry.ts';
import { toReadable } from '../../metrics/registry-reading.ts';
import { createMerge, textOf } from '../otlp.fixture.ts';
import { checkHistogram, toScrape } from './scrape.fixture.ts';
import { SnapshotReader } from './snapshot-reader.ts';

function createMember(id: number) {
  const registry = createRegistry();
  const foreign = new client.Registry();
  registry.attach(foreign);
  return {
    source: { id: `m${id}`, job: '', instance: `worker-${id}` },
    registry,
    reader: new SnapshotReader({ registry: toReadable(registry), now: () => 1_000 }),
    jobs: registry.counter({ name: 'jobs_total', help: 'h', labels: { kind: { limit: 3 } } }),
    wait: registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [1, 2], native: true }),
    open: registry.gauge({ name: 'open_things', help: 'h' }),
    theirs: new client.Histogram({ name: 'theirs_seconds', help: 'h', buckets: [1, 2], registers: [foreign] }),
    counted: 0,
    told: 0,
  };
}

const step = fc.record({
  do: fc.constantFrom('count', 'count', 'tell', 'anew', 'end', 'lose'),
  who: fc.nat(2),
  amount: fc.integer({ min: 1, max: 9 }),
});

test('whatever members count, tell, tell anew, and however they end, counters rise and show what was told', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { merge } = createMerge({ expiryMs: Number.POSITIVE_INFINITY });
      let born = 0;
      const members = [createMember(born++), createMember(born++), createMember(born++)];
      let ended = 0;
      let before = toScrape('');
      for (const { do: what, who, amount } of steps) {
        const member = members[who] ?? createMember(born++);
        const { jobs, wait, open, theirs, reader, source } = member;
        if (what === 'count') {
          // Some beyond the budget of the label.
          for (let i = 0; i < amount; i++) jobs.inc({ kind: `k${i}` });
          for (let i = 0; i < amount; i++) wait.observe(i / 2);
          for (let i = 0; i < amount; i++) theirs.observe(i / 2);
          open.set(amount);
          member.counted += amount;
        }
        if (what === 'anew') reader.reset();
        if (what === 'tell' || what === 'anew') {
          merge.takeSnapshot(source, structuredClone(await reader.take()));
          member.told = member.counted;
        }
        if (what === 'end' || what === 'lose') {
          if (what === 'end') merge.takeSnapshot(source, structuredClone(await reader.take()));
          ended += what === 'end' ? member.counted : member.told;
          merge.end(source.id);
          members[who] = createMember(born++);
        }
        const now = toScrape(await textOf(merge));
        for (const [series, value] of before.counters) expect(now.counters.get(series)).toBeGreaterThanOrEqual(value);
        before = now;
        const wanted = ended + members.reduce((sum, { told }) => sum + told, 0);
        expect(now.sumOf('jobs_total')).toBe(wanted);
        for (const name of ['wait_seconds', 'theirs_seconds']) {
          if (!now.counters.has(`${name}_count`)) continue;
          checkHistogram(now, name);
          expect(now.counters.get(`${name}_count`)).toBe(wanted);
        }
      }
    }),
    { numRuns: 100 },
  );
}, 60_000);

test('with a series for each member, a label of the application by that name steps aside', async () => {
  const { merge } = createMerge({ instance: 'each', expiryMs: Number.POSITIVE_INFINITY });
  const registry = createRegistry();
  registry
    .gauge({ name: 'open_things', help: 'h', labels: { instance: { limit: 2 }, kind: ['x'] } })
    .set({ instance: 'a,instance="b"', kind: 'x' }, 2);
  const reader = new SnapshotReader({ registry: toReadable(registry), now: () => 1_000 });
  merge.takeSnapshot({ id: 'm', job: '', instance: 'worker-1' }, await reader.take());
  expect(await textOf(merge)).toContain(
    String.raw`open_things{instance="worker-1",exported_instance="a,instance=\"b\"",kind="x"} 2`,
  );
});

test('a metric that is taken out keeps its total and loses its gauges; one that members declare apart is refused', async () => {
  const refused = new Map<string, number>();
  const { merge } = createMerge({
    expiryMs: Number.POSITIVE_INFINITY,
    onRefused: (reason, points) => refused.set(reason, points),
  });
  const [one, other] = [createMember(1), createMember(2)];
  one.jobs.inc({ kind: 'x' });
  one.open.set(1);
  merge.takeSnapshot(one.source, await one.reader.take());
  one.registry.remove('jobs_total');
  one.registry.remove('open_things');
  other.registry.remove('jobs_total');
  other.registry.gauge({ name: 'jobs', help: 'h' }).set(4);
  merge.takeSnapshot(one.source, await one.reader.take());
  merge.takeSnapshot(other.source, await other.reader.take());
  const text = await textOf(merge);
  expect(text).toContain('jobs_total{kind="x"} 1\n');
  expect(text).not.toMatch(/^(open_things|jobs ).*/m);
  expect(refused).toEqual(new Map([['type_conflict', 1]]));
});

test('a name that became free is shown for whoever sends it next', async () => {
  const { merge } = createMerge({ expiryMs: Number.POSITIVE_INFINITY });
  const [one, other] = [createMember(1), createMember(2)];
  one.open.set(1);
  merge.takeSnapshot(one.source, await one.reader.take());
  one.open.remove();
  merge.takeSnapshot(one.source, await one.reader.take());
  other.registry.remove('open_things');
  const total = other.registry.gauge({ name: 'open_things', help: 'h', labels: { kind: ['x'] } });
  total.set({ kind: 'x' }, 4);
  merge.takeSnapshot(other.source, await other.reader.take());
  one.open.set(2);
  merge.takeSnapshot(one.source, await one.reader.take());
  expect((await textOf(merge)).match(/^open_things.*/gm)).toEqual(['open_things{kind="x"} 4', 'open_things 2']);
});
