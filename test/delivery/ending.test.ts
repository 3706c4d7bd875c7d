import { describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import {
  duplicates,
  expectOriginalTimes,
  spooledNow,
  untilArrived,
  untilSpooled,
  untilSpoolIsEmpty,
  useSpoolFolder,
} from './account.ts';
import { accept, startCollector } from './collector.ts';
import { expectRow, roughly } from './delivery-table.ts';
import { startSender } from './sending-process.ts';

const testMs = 90_000;
// The default; on a machine with nothing else to do it takes a tenth of that.
const budgetSeconds = 2;
const memory = { span_max_queue_size: 500, span_batch_size: 100 };

describe('a process', () => {
  it(
    'killed by -9 loses what was in memory; what was on disk is sent once by the next start, also if that is killed',
    async () => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      await collector.goDown();
      const options = { endpoint: collector.endpoint, spool, performance: memory };
      const first = await startSender(options);
      await first.emit({ count: 5_000, lineEvery: 2 });
      await untilSpooled(spool, 5_000 - 500, 2_500 - 500);
      expect((await first.counts()).dropped).toEqual({});
      await first.end('SIGKILL');
      const [spans, lines] = await spooledNow(spool);
      await collector.comeUp();

      const second = await startSender(options);
      await untilArrived(collector, 1_000, 1);
      await second.end('SIGKILL');
      const beforeThird = collector.spans.size;
      expect(beforeThird).toBeLessThan(spans);

      const third = await startSender(options);
      await untilArrived(collector, spans, lines);
      await untilSpoolIsEmpty(spool);
      expect(collector.spans.size).toBe(spans);
      expect(collector.lines.size).toBe(lines);
      expectOriginalTimes(collector);
      // Of the batch whose answer the killed one had not read or not marked yet, and no other.
      expect(duplicates(collector)).toBeLessThanOrEqual(2 * memory.span_batch_size);
      expect((await third.counts()).dropped).toEqual({});
      expectRow('9', 'kill -9 while the collector is down, and again in the middle of what the next start sends', {
        sent: [5_000, 2_500],
        arrived: [roughly(collector.spans.size), roughly(collector.lines.size)],
        spooled: [roughly(spans), roughly(lines)],
        lost: [roughly(5_000 - spans), roughly(2_500 - lines)],
        countedAs: 'nothing: what was in memory, at most `span_max_queue_size` of each signal and a batch',
      });
    },
    testMs,
  );

  it.each([
    { number: '11a', state: 'is down' },
    { number: '11b', state: 'never answers' },
  ])(
    'ended by SIGTERM while the collector $state says in its budget what became of everything',
    async ({ number, state }) => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      if (state === 'is down') await collector.goDown();
      else collector.behave(({ read }) => read());
      const sender = await startSender({
        endpoint: collector.endpoint,
        spool,
        performance: { shutdown_timeout_seconds: budgetSeconds },
      });
      await sender.emit({ count: 3_000, lineEvery: 10 });
      const ended = await sender.end('SIGTERM');
      expect(ended).toEqual({ code: null, signal: 'SIGTERM' });
      const [line] = sender.lines('telemetry_shutdown');
      expect(line).toMatchObject({
        lost: 0,
        flushed_by_signal: { traces: 0, logs: 0 },
        spooled_by_signal: { traces: 3_000 },
        lost_by_signal: { traces: 0, logs: 0, metrics: 0 },
      });
      expect(line?.['duration_seconds']).toBeLessThan(budgetSeconds + 1);
      const [spans, lines] = await spooledNow(spool);
      // Besides those of the items there may be lines of the library itself.
      expect(line?.['spooled_by_signal']).toMatchObject({ logs: lines });
      collector.behave(accept);
      if (state === 'is down') await collector.comeUp();
      const next = await startSender({ endpoint: collector.endpoint, spool });
      await untilArrived(collector, 3_000, 300);
      await untilSpoolIsEmpty(spool);
      expect(collector.spans.size).toBe(3_000);
      expect(duplicates(collector)).toBe(0);
      expectOriginalTimes(collector);
      await eventually(
        'nothing dropped',
        async () => Object.keys((await next.counts()).dropped).length === 0 || undefined,
      );
      expectRow(number, `SIGTERM while the collector ${state}; the next start sends`, {
        sent: [3_000, 300],
        arrived: [collector.spans.size, collector.lines.size],
        spooled: [spans, roughly(lines)],
        lost: [0, 0],
        countedAs: '',
      });
    },
    testMs,
  );
});
