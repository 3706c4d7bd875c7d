import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createRegistry } from '../../metrics/registry.ts';
import { toReadable } from '../../metrics/registry-reading.ts';
import { createMerge, textOf } from '../otlp.fixture.ts';
import { GroupHub } from './group-hub.ts';
import { GroupMember } from './group-member.ts';
import type { HubMessage, MemberMessage } from './group-message.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A group in one process: messages go by call, while the way is open. */
function createGroup() {
  const { merge } = createMerge({ expiryMs: Number.POSITIVE_INFINITY });
  const hub = new GroupHub(merge);
  const listeners = new Set<(message: HubMessage) => void>();
  const way = { isOpen: true, hearsNothing: false, asked: 0, waiting: [] as (() => void)[] };
  const send = (isOpen: boolean, deliver: () => void) => {
    if (isOpen) deliver();
    else way.waiting.push(deliver);
  };
  const post = (message: HubMessage) => {
    if (message.kind === 'ask') way.asked += 1;
    send(way.isOpen && !way.hearsNothing, () => {
      for (const listener of listeners) listener(structuredClone(message));
    });
  };
  const join = (instance: string) => {
    const registry = createRegistry();
    const jobs = registry.counter({ name: 'jobs_total', help: 'h', labels: { kind: { limit: 2 } } });
    const open = registry.gauge({ name: 'open', help: 'h' });
    const wait = registry.histogram({ name: 'wait_seconds', help: 'h', buckets: [1, 2], native: true });
    const route = {};
    const member = new GroupMember({
      registry: toReadable(registry),
      instance,
      now: () => 1_000,
      link: {
        post(message: MemberMessage) {
          const copy = structuredClone(message);
          send(way.isOpen, () => hub.receive(copy, { route, post }));
          return true;
        },
        listen: (onMessage) => void listeners.add(onMessage),
      },
    });
    return { registry, member, jobs, open, wait, route };
  };
  return { merge, hub, way, join };
}

test('a member is asked, and what it holds then is shown with what others hold', async () => {
  const { merge, hub, join } = createGroup();
  const [a, b] = [join('a'), join('b')];
  for (const { jobs, open, wait } of [a, b]) {
    jobs.inc({ kind: 'x' }, 2);
    open.set(3);
    wait.observe(1.5);
  }
  await hub.ask(1_000);
  expect(await textOf(merge)).toBe(`# HELP jobs_total h
# TYPE jobs_total counter
jobs_total{kind="x"} 4
# HELP open h
# TYPE open gauge
open 6
# HELP wait_seconds h
# TYPE wait_seconds histogram
wait_seconds_bucket{le="1.0"} 0
wait_seconds_bucket{le="2.0"} 2
wait_seconds_bucket{le="+Inf"} 2
wait_seconds_sum 3
wait_seconds_count 2
# HELP metrics_source_up Whether a process that is shown here answered in time (1) or its values are those of before (0).
# TYPE metrics_source_up gauge
metrics_source_up{instance="a"} 1
metrics_source_up{instance="b"} 1
`);
  a.open.remove();
  b.jobs.inc({ kind: 'y' });
  await hub.ask(1_000);
  hub.endAll(b.route);
  const text = await textOf(merge);
  expect(text).toContain('jobs_total{kind="x"} 4\njobs_total{kind="y"} 1\n');
  expect(text).toContain('wait_seconds_count 2\n');
  expect(text).not.toContain('# TYPE open');
});

test('who does not answer is waited for once', async () => {
  const { merge, hub, way, join } = createGroup();
  const { jobs } = join('a');
  jobs.inc({ kind: 'x' });
  await hub.ask(1_000);
  way.isOpen = false;
  const asking = hub.ask(1_000);
  jobs.inc({ kind: 'x' });
  await vi.advanceTimersByTimeAsync(999);
  expect(await textOf(merge)).toContain('metrics_source_up{instance="a"} 1');
  await vi.advanceTimersByTimeAsync(1);
  await asking;
  expect(await textOf(merge)).toContain('metrics_source_up{instance="a"} 0');
  // No timer is needed, and no second question is put on the pile.
  await hub.ask(1_000);
  expect(way.asked).toBe(2);
  expect(await textOf(merge)).toMatch(/jobs_total\{kind="x"\} 1\n.*metrics_source_up\{instance="a"\} 0/s);

  way.isOpen = true;
  for (const deliver of way.waiting) deliver();
  await vi.waitFor(async () => expect(await textOf(merge)).toContain('metrics_source_up{instance="a"} 1'));
  expect(await textOf(merge)).toContain('jobs_total{kind="x"} 2\n');
});

test('each second it tells what changed, and no more before that was taken', async () => {
  const { merge, way, join } = createGroup();
  const { jobs } = join('a');
  await vi.waitFor(async () => expect(await textOf(merge)).toContain('metrics_source_up'));
  jobs.inc({ kind: 'x' });
  await vi.advanceTimersByTimeAsync(1_000);
  await vi.waitFor(async () => expect(await textOf(merge)).toContain('jobs_total{kind="x"} 1\n'));
  way.hearsNothing = true;
  for (const expected of [2, 2]) {
    jobs.inc({ kind: 'x' });
    await vi.advanceTimersByTimeAsync(1_000);
    await vi.waitFor(async () => expect(await textOf(merge)).toContain(`jobs_total{kind="x"} ${expected}\n`));
  }
});

test('a series that expires at one member is counted once', async () => {
  const { merge, hub, join } = createGroup();
  const [a, b] = [join('a'), join('b')];
  let elapsedMs = 0;
  for (const { registry, jobs } of [a, b]) {
    registry.connect({ elapsedMs: () => elapsedMs });
    registry.overrideExpiry({ jobs_total: 1_000 });
    jobs.inc({ kind: 'x' }, 5);
  }
  const sum = async () => {
    const lines = [...(await textOf(merge)).matchAll(/^jobs_total\S* (\d+)$/gm)];
    return lines.reduce((total, [, value]) => total + Number(value), 0);
  };
  await hub.ask(1_000);
  for (let i = 0; i < 6; i++) {
    elapsedMs += 400;
    b.jobs.inc({ kind: 'x' });
    await hub.ask(1_000);
  }
  expect(await textOf(merge)).toContain('jobs_total{kind="x"} 16\n');
  expect(await sum()).toBe(16);
  for (let i = 0; i < 6; i++) {
    elapsedMs += 400;
    await hub.ask(1_000);
  }
  expect((await textOf(merge)).match(/^jobs_total.*/gm)).toEqual(['jobs_total{kind="__other__"} 16']);
  // Born again, in whichever place.
  a.jobs.inc({ kind: 'x' }, 2);
  await hub.ask(1_000);
  expect(await sum()).toBe(18);
});

test('a member that starts to tell anew counts once, and what it no longer has goes', async () => {
  const { merge, hub, join } = createGroup();
  const { jobs, open, member } = join('a');
  jobs.inc({ kind: 'x' }, 5);
  open.set(1);
  await hub.ask(1_000);
  open.remove();
  jobs.inc({ kind: 'x' }, 1);
  member.endNow();
  expect(await textOf(merge)).toContain('jobs_total{kind="x"} 6\n');
  const [name] = [...(await textOf(merge)).matchAll(/^open/gm)];
  expect(name).toBeUndefined();
});

test('what a member says after its end, and what a stranger says, changes nothing', async () => {
  const { merge, hub, join } = createGroup();
  const { jobs, route, member } = join('a');
  jobs.inc({ kind: 'x' }, 5);
  await hub.ask(1_000);
  hub.endAll(route);
  jobs.inc({ kind: 'x' }, 5);
  member.endNow();
  expect(await textOf(merge)).toContain('jobs_total{kind="x"} 5\n');
  expect(hub.size).toBe(0);
  await hub.ask(1_000);
});

test('flush waits until the hub has taken it, and no longer than it may', async () => {
  const { merge, way, join } = createGroup();
  const { jobs, member } = join('a');
  jobs.inc({ kind: 'x' }, 5);
  await member.flush(1_000);
  expect(await textOf(merge)).toContain('jobs_total{kind="x"} 5\n');
  way.hearsNothing = true;
  jobs.inc({ kind: 'x' });
  const flushing = member.flush(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  await flushing;
  expect(await textOf(merge)).toContain('jobs_total{kind="x"} 6\n');
});
