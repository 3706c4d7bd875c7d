import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import {
  duplicates,
  expectOneOutage,
  expectOriginalTimes,
  patienceMs,
  spooledNow,
  untilArrived,
  untilFailing,
  untilSpoolIsEmpty,
  useSpoolFolder,
} from './account.ts';
import { type Collector, startCollector } from './collector.ts';
import { expectRow, roughly } from './delivery-table.ts';
import type { SenderCounts } from './sender-commands.ts';
import { mayHaveOwnDisk, type SendingProcess, startSender } from './sending-process.ts';
import { readSpoolFrames } from './spool-files.ts';

const testMs = 90_000;
const hasOwnDisk = mayHaveOwnDisk();
const mebibyte = 1_024 * 1_024;
// Characters of each span.
const padding = 8_192;
const errorEvery = 200;
const lineEvery = 200;
// Memory, of which a third belongs to each signal; metrics would take room on the disk as well.
const settings = { max_queue_bytes: 12 * mebibyte, metrics_interval_seconds: 3_600 };

const droppedSpans = ({ dropped }: SenderCounts): number =>
  Object.entries(dropped).reduce((sum, [what, count]) => sum + (what.startsWith('traces ') ? count : 0), 0);

const isLost = (collector: Collector, index: number): boolean => !collector.spans.has(index);

interface Overfill {
  /** As the test sees it. */
  readonly spool: string;
  readonly count: number;
  readonly perSecond: number;
  /** What the spool says of itself before the collector is back. */
  readonly says?: 'spool_failing';
}

/** Sends more than there is room for while the collector is down, and looks what has become of it when it is back. */
async function overfill(collector: Collector, sender: SendingProcess, { spool, count, perSecond, says }: Overfill) {
  const before = await sender.counts();
  await collector.goDown();
  await sender.emit({ count, perSecond, padding, errorEvery, lineEvery });
  const during = await sender.counts();
  expect(during.heapBytes - before.heapBytes).toBeLessThan(32 * mebibyte);
  await eventually('a loss', async () => droppedSpans(await sender.counts()) > 0 || undefined, patienceMs);
  await untilFailing(sender);
  if (says !== undefined) await eventually(`the line ${says}`, () => sender.lines(says)[0], patienceMs);
  const spooled = await spooledNow(spool);
  await collector.comeUp();
  await eventually(
    'an account of every span',
    async () => {
      const counts = await sender.counts();
      return collector.spans.size + droppedSpans(counts) === count || undefined;
    },
    40_000,
  );
  await untilArrived(collector, 0, count / lineEvery);
  const counts = await sender.counts();
  expect(Object.keys(counts.dropped).filter((what) => !what.startsWith('traces '))).toEqual([]);
  const errors = Array.from({ length: count / errorEvery }, (_, index) => index * errorEvery);
  expect(errors.filter((index) => isLost(collector, index))).toEqual([]);
  expect(duplicates(collector)).toBe(0);
  expectOriginalTimes(collector);
  await expectOneOutage(sender);
  const reasons = Object.keys(counts.dropped).map((what) => `\`${what.slice('traces '.length)}\``);
  return { spooled, lost: droppedSpans(counts), countedAs: reasons.sort().join(', ') };
}

describe('a spool', () => {
  it.skipIf(!hasOwnDisk)(
    'on a disk that is full leaves the rest to memory, which is bounded; errors are lost last',
    async () => {
      const [collector, folder] = [await startCollector(), await useSpoolFolder()];
      const sender = await startSender({
        endpoint: collector.endpoint,
        spool: folder,
        export: settings,
        performance: { span_max_queue_size: 64, span_batch_size: 32 },
        disk: { folder, kilobytes: 1_024 },
      });
      const { spooled, lost, countedAs } = await overfill(collector, sender, {
        spool: join(sender.root, folder),
        count: 6_000,
        perSecond: 3_000,
        says: 'spool_failing',
      });
      expect(sender.lines('spool_failing')[0]?.['reason']).toMatch(/ENOSPC/);
      expect(sender.lines('spool_failing').length).toBeLessThan(5);
      expectRow('6a', 'disk full (1 MiB) while the collector is down; 12 MiB of memory for all signals', {
        sent: [6_000, 30],
        arrived: [roughly(collector.spans.size), collector.lines.size],
        spooled: [roughly(spooled[0]), '–'],
        lost: [roughly(lost), 0],
        countedAs,
      });
    },
    testMs,
  );

  it.skipIf(!hasOwnDisk)(
    'on a read-only disk costs one line; memory is bounded and errors are lost last',
    async () => {
      const [collector, folder] = [await startCollector(), await useSpoolFolder()];
      const sender = await startSender({
        endpoint: collector.endpoint,
        spool: folder,
        export: settings,
        disk: { folder, kilobytes: 4_096, isReadOnly: true },
      });
      const { spooled, lost, countedAs } = await overfill(collector, sender, {
        spool: join(sender.root, folder),
        count: 6_000,
        perSecond: 3_000,
      });
      expect(sender.lines('spool_failing')).toMatchObject([{ reason: expect.stringMatching(/EROFS/) }]);
      expectRow('6b', 'disk read-only while the collector is down', {
        sent: [6_000, 30],
        arrived: [roughly(collector.spans.size), collector.lines.size],
        spooled,
        lost: [roughly(lost), 0],
        countedAs,
      });
    },
    testMs,
  );

  it(
    'whose directory cannot be made costs one line; memory is bounded and errors are lost last',
    async () => {
      const [collector, folder] = [await startCollector(), await useSpoolFolder()];
      const file = join(folder, 'file');
      await writeFile(file, '');
      const sender = await startSender({ endpoint: collector.endpoint, spool: join(file, 'spool'), export: settings });
      const { spooled, lost, countedAs } = await overfill(collector, sender, {
        spool: folder,
        count: 6_000,
        perSecond: 3_000,
      });
      expect(sender.lines('spool_failing')).toHaveLength(1);
      expectRow('6c', 'a file where the directory of the spool should be, collector down', {
        sent: [6_000, 30],
        arrived: [roughly(collector.spans.size), collector.lines.size],
        spooled,
        lost: [roughly(lost), 0],
        countedAs,
      });
    },
    testMs,
  );

  it(
    'that has reached its cap gives up the oldest without errors',
    async () => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      const sender = await startSender({
        endpoint: collector.endpoint,
        spool,
        export: { metrics_interval_seconds: 3_600 },
        spoolSettings: { max_bytes: mebibyte },
        performance: { span_max_queue_size: 64, span_batch_size: 32 },
      });
      const { spooled, lost, countedAs } = await overfill(collector, sender, {
        spool,
        count: 2_000,
        perSecond: 2_000,
      });
      expect(sender.lines('spool_failing')).toEqual([]);
      expectRow('6d', 'spool at its cap of 1 MiB while the collector is down', {
        sent: [2_000, 10],
        arrived: [roughly(collector.spans.size), collector.lines.size],
        spooled: [roughly(spooled[0]), '–'],
        lost: [roughly(lost), 0],
        countedAs,
      });
    },
    testMs,
  );

  it(
    'damaged between two runs loses and counts what was damaged, and gives back the rest',
    async () => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      await collector.goDown();
      const first = await startSender({
        endpoint: collector.endpoint,
        spool,
        // What is tested is the damage, not how quick a busy machine is.
        performance: { shutdown_timeout_seconds: 20 },
      });
      await first.emit({ count: 5_000, lineEvery: 10 });
      expect(await first.shutdown()).toMatchObject({ spooled: { traces: 5_000 }, lost: { traces: 0 } });
      await first.end('SIGKILL');
      const [spans, lines] = await spooledNow(spool);
      const damaged = await damage(spool);
      await collector.comeUp();
      const second = await startSender({ endpoint: collector.endpoint, spool });
      await untilArrived(collector, 5_000 - damaged, 500);
      await untilSpoolIsEmpty(spool);
      expect((await second.counts()).dropped).toEqual({ 'traces spool_corrupted': damaged });
      expect(collector.spans.size).toBe(5_000 - damaged);
      expect(duplicates(collector)).toBe(0);
      expectOriginalTimes(collector);
      expectRow('7', 'between two runs one batch on disk is changed, another cut off', {
        sent: [5_000, 500],
        arrived: [roughly(collector.spans.size), collector.lines.size],
        spooled: [spans, roughly(lines)],
        lost: [roughly(damaged), 0],
        countedAs: '`spool_corrupted`',
      });
    },
    testMs,
  );
});

/** Changes one byte of the first batch of spans, and cuts off the end of the last. @returns the spans in both */
async function damage(spool: string): Promise<number> {
  const frames = (await readSpoolFrames(spool)).filter(({ signal }) => signal === 'traces');
  const [changed, last] = [frames[0], frames.at(-1)];
  if (changed === undefined || last === undefined || changed === last) throw new Error('too few batches');
  const file = await readFile(changed.path);
  file.writeUInt8(file.readUInt8(changed.payload + 20) ^ 1, changed.payload + 20);
  await writeFile(changed.path, file);
  await truncate(last.path, last.offset + last.bytes - 10);
  return changed.records + last.records;
}
