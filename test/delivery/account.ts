import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { removeFolder } from '../harness/work-folder.ts';
import type { Collector } from './collector.ts';
import type { SendingProcess } from './sending-process.ts';
import { countSpooled } from './spool-files.ts';

/** Of a test with a busy machine. */
export const patienceMs = 40_000;

export async function useSpoolFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'delivery-'));
  onTestFinished(() => removeFolder(folder));
  return folder;
}

/** Waits until so many spans and lines are there, each at least once. */
export async function untilArrived(collector: Collector, spans: number, lines: number): Promise<void> {
  const look = (): true | undefined => (collector.spans.size >= spans && collector.lines.size >= lines) || undefined;
  await eventually(`the arrival of ${spans} spans and ${lines} lines`, look, patienceMs).catch((error) => {
    throw new Error(`${collector.spans.size} spans and ${collector.lines.size} lines arrived`, { cause: error });
  });
}

/** Waits until so many wait on disk, at least. */
export async function untilSpooled(directory: string, spans: number, lines = 0): Promise<void> {
  await eventually(
    `${spans} spans and ${lines} lines on disk`,
    async () => {
      const [traces, logs] = await spooledNow(directory);
      return (traces >= spans && logs >= lines) || undefined;
    },
    patienceMs,
  );
}

/** Spans and lines on disk now. */
export async function spooledNow(directory: string): Promise<readonly [spans: number, lines: number]> {
  return [await countSpooled(directory, 'traces'), await countSpooled(directory, 'logs')];
}

/** Waits until nothing is left on disk. */
export async function untilSpoolIsEmpty(directory: string): Promise<void> {
  await eventually(
    'an empty spool',
    async () => (await spooledNow(directory)).every((count) => count === 0) || undefined,
    patienceMs,
  );
}

export async function untilCounted(sender: SendingProcess, exportedSpans: number): Promise<void> {
  await eventually(
    `${exportedSpans} spans counted as exported`,
    async () => (await sender.counts()).exportedSpans >= exportedSpans || undefined,
    patienceMs,
  );
}

/** Waits for the line; on a busy machine a collector may otherwise be back before it was missed often enough. */
export async function untilFailing(sender: SendingProcess): Promise<void> {
  await eventually('the line exporter_failing', () => sender.lines('exporter_failing')[0], patienceMs);
}

/** One line when it begins, one when it is over. */
export async function expectOneOutage(sender: SendingProcess): Promise<void> {
  await eventually('the line exporter_recovered', () => sender.lines('exporter_recovered')[0]).catch((error) => {
    throw new Error(`the outage: ${JSON.stringify(sender.lines('exporter_failing'))}`, { cause: error });
  });
  expect(sender.lines('exporter_failing')).toHaveLength(1);
  expect(sender.lines('exporter_recovered')).toHaveLength(1);
}

/** However late a span arrives, it says when it began. */
export function expectOriginalTimes(collector: Collector): void {
  const late = [...collector.spans.values()]
    .flat()
    .filter(({ startMs, madeAtMs }) => Math.abs(startMs - madeAtMs) > 50);
  // Between the two readings of the clock the machine may have had other things to do.
  expect(late.length).toBeLessThan(collector.spans.size / 100 + 5);
}

export function duplicates(collector: Collector): number {
  return [...collector.spans.values()].reduce((sum, { length }) => sum + length - 1, 0);
}
