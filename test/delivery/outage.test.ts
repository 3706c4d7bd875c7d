import { describe, expect, it } from 'vitest';
import {
  duplicates,
  expectOneOutage,
  expectOriginalTimes,
  spooledNow,
  untilArrived,
  untilCounted,
  untilFailing,
  untilSpooled,
  untilSpoolIsEmpty,
  useSpoolFolder,
} from './account.ts';
import { startCollector } from './collector.ts';
import { expectRow, roughly } from './delivery-table.ts';
import { startSender } from './sending-process.ts';

// DELIVERY_REAL_TIME=1: the outage takes its minute.
const isRealTime = process.env['DELIVERY_REAL_TIME'] === '1';
const perSecond = isRealTime ? 100 : 1_500;
const dayMs = 86_400_000;

describe('a collector that is away', () => {
  it(
    'for a minute gets everything it missed, with the original times',
    async () => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      const sender = await startSender({ endpoint: collector.endpoint, spool });
      await sender.emit({ count: 100, lineEvery: 10 });
      await untilArrived(collector, 100, 10);
      await collector.goDown();
      await sender.emit({ from: 100, count: 6_000, perSecond, lineEvery: 10 });
      // What is over what memory keeps.
      await untilSpooled(spool, 6_000 - 2_048);
      const [spans, lines] = await spooledNow(spool);
      await untilFailing(sender);
      const backMs = performance.now();
      await collector.comeUp();
      await sender.emit({ from: 6_100, count: 100, lineEvery: 10 });
      await untilArrived(collector, 6_200, 620);
      await untilSpoolIsEmpty(spool);
      await untilCounted(sender, 6_200);
      expectOriginalTimes(collector);
      expect(collector.spans.get(100)?.[0]?.atMs).toBeGreaterThan(backMs);
      expect(duplicates(collector)).toBe(0);
      const { dropped } = await sender.counts();
      expect(dropped).toEqual({});
      await expectOneOutage(sender);
      await sender.shutdown();
      expect(collector.items()).toBe(6_200);
      expectRow('1', 'collector down for 60 s at 100 spans/s (in the test 4 s at 1 500/s)', {
        sent: [6_200, 620],
        arrived: [collector.spans.size, collector.lines.size],
        spooled: [roughly(spans), lines],
        lost: [0, 0],
        countedAs: '',
      });
    },
    isRealTime ? 180_000 : 90_000,
  );

  it.each([
    { number: '10a', state: 'healthy', isDown: false },
    { number: '10b', state: 'down', isDown: true },
  ])(
    'or not: 10 000 spans in one tick all arrive, while it is $state',
    async ({ number, state, isDown }) => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      if (isDown) await collector.goDown();
      const sender = await startSender({ endpoint: collector.endpoint, spool });
      await sender.emit({ count: 10_000, lineEvery: 10 });
      if (isDown) await untilSpooled(spool, 10_000 - 2_048);
      const [spans, lines] = await spooledNow(spool);
      if (isDown) await untilFailing(sender);
      if (isDown) await collector.comeUp();
      await untilArrived(collector, 10_000, 1_000);
      await untilCounted(sender, 10_000);
      expect((await sender.counts()).dropped).toEqual({});
      expect(duplicates(collector)).toBe(0);
      if (isDown) await expectOneOutage(sender);
      expectRow(number, `10 000 spans in one tick, collector ${state}`, {
        sent: [10_000, 1_000],
        arrived: [collector.spans.size, collector.lines.size],
        // A collector on a busy machine may be slow enough for some to go by way of the disk.
        spooled: isDown ? [roughly(spans), lines] : ['–', '–'],
        lost: [0, 0],
        countedAs: '',
      });
    },
    90_000,
  );

  it('while the clock is set a day ahead and two days back gets everything, at the times the clock showed', async () => {
    const [collector, spool] = [await startCollector(), await useSpoolFolder()];
    const sender = await startSender({
      endpoint: collector.endpoint,
      spool,
      performance: { span_max_queue_size: 100, span_batch_size: 100 },
    });
    await collector.goDown();
    await sender.emit({ count: 1_000, lineEvery: 10 });
    await untilSpooled(spool, 800);
    await sender.jumpClock(dayMs + 60_000);
    await sender.emit({ from: 1_000, count: 1_000, lineEvery: 10 });
    await untilSpooled(spool, 1_800);
    await sender.jumpClock(-2 * dayMs);
    await sender.emit({ from: 2_000, count: 1_000, lineEvery: 10 });
    await untilSpooled(spool, 2_800);
    const [spans, lines] = await spooledNow(spool);
    await untilFailing(sender);
    await collector.comeUp();
    await untilArrived(collector, 3_000, 300);
    await untilSpoolIsEmpty(spool);
    expectOriginalTimes(collector);
    expect((await sender.counts()).dropped).toEqual({});
    await expectOneOutage(sender);
    expectRow('8', 'clock set a day ahead, then two days back, while the collector is down', {
      sent: [3_000, 300],
      arrived: [collector.spans.size, collector.lines.size],
      spooled: [roughly(spans), roughly(lines)],
      lost: [0, 0],
      countedAs: '',
    });
  }, 90_000);
});
