import type { FinishedSpan } from '../tracing/finished-span.ts';
import type { ExporterPlan } from './exporter-plan.ts';
import type { DeliveryParts, DeliverySettings } from './pipeline/delivery-model.ts';
import {
  createExporterOpening,
  type ExporterOpening,
  isFailed,
  type OpenedSignal,
} from './pipeline/exporter-opening.ts';
import { settlesWithin } from './pipeline/pipeline-clock.ts';
import type { QueueReport } from './pipeline/queue-model.ts';
import { type Signal, signals } from './signal.ts';

/** Records by signal. */
export type SignalCounts = Readonly<Record<Signal, number>>;

/** What became of what waited, over all exporters. */
export interface DeliveryReport {
  /** Taken by backends while delivery closed. */
  readonly flushed: SignalCounts;
  /** On the disk, for the next start. */
  readonly spooled: SignalCounts;
  /** Dropped since the start, for any reason. */
  readonly lost: SignalCounts;
}

/** The way out of the process. No method throws or rejects. */
export interface Delivery {
  /** Whether the signal goes anywhere. */
  carries(signal: Signal): boolean;
  pushSpan(span: FinishedSpan): void;
  /** A finished line; after closing it is left to the other outputs. */
  pushLine(line: string, isImportant: boolean): void;
  /** Sends what waits in memory, and the metrics of now, within the budget. */
  flush(budgetMs: number): Promise<void>;
  /**
   * One budget for everything: sends what can be sent, moves the rest to the disk, counts what is lost. Ends in time also
   * where backends are silent and the disk hangs.
   */
  close(budgetMs: number): Promise<DeliveryReport>;
  /** For a process without another turn of the event loop: everything goes to the disk, later records at once. */
  closeSync(budgetMs: number): DeliveryReport;
  /** Dropped since the start, for any reason. */
  lost(): SignalCounts;
  /** Records in memory. */
  waiting(signal: Signal): number;
}

// Of a closing budget: until when metrics are read, requests are made, and the disk may take the rest.
const readingShare = 0.5;
const sendingShare = 0.7;
const spoolingShare = 0.95;

/** Opens every way out. What cannot be opened is told and left out; the others work. Never rejects. */
export async function startDelivery(
  plans: readonly ExporterPlan[],
  settings: DeliverySettings,
  parts: DeliveryParts,
): Promise<Delivery> {
  const opening = createExporterOpening(settings, parts);
  for (const plan of plans) await opening.open(plan);
  return createDelivery(opening, parts);
}

type SpooledSignal = QueueReport & Pick<OpenedSignal, 'signal'>;

function createDelivery(opening: ExporterOpening, { clock }: DeliveryParts): Delivery {
  const { all, spans, lines, schedules, exported, lost } = opening;
  let closing: Promise<DeliveryReport> | undefined;

  const toReport = (before: SignalCounts, results: readonly SpooledSignal[]): DeliveryReport => ({
    flushed: bySignal((signal) => exported[signal] - before[signal]),
    spooled: bySignal((signal) =>
      total(results.filter((each) => each.signal === signal).map(({ spooled }) => spooled)),
    ),
    lost: { ...lost },
  });

  const readMetrics = (budgetMs: number): Promise<unknown> =>
    Promise.all(schedules.map((schedule) => schedule.readNow(budgetMs)));

  /** All at once, but metrics when they have been read. */
  const afterReading = <T>(reading: Promise<unknown>, work: (queue: OpenedSignal['queue']) => Promise<T>) =>
    all.map(async ({ signal, queue }) => {
      if (signal === 'metrics') await reading;
      return { signal, result: await work(queue) };
    });

  const closeWithin = async (budgetMs: number): Promise<DeliveryReport> => {
    const startedMs = clock.elapsed();
    const before = { ...exported };
    const left = (share: number): number => Math.max(0, budgetMs * share - (clock.elapsed() - startedMs));
    const reading = readMetrics(left(readingShare)).then(() => {
      for (const schedule of schedules) schedule.close();
    });
    const closing = afterReading(reading, (queue) =>
      queue.close({ flushMs: left(sendingShare), endMs: left(spoolingShare) }),
    );
    const results = await Promise.all(closing);
    for (const { transport } of all) transport.close();
    await settlesWithin(Promise.all(opening.spools.map((spool) => spool.close())), left(1), clock);
    return toReport(
      before,
      results.map(({ signal, result }) => ({ signal, ...result })),
    );
  };

  return {
    carries: (signal) => all.some((opened) => opened.signal === signal),
    pushSpan(span) {
      const isImportant = isFailed(span);
      for (const queue of spans) queue.push(span, isImportant);
    },
    pushLine(line, isImportant) {
      if (closing === undefined) for (const queue of lines) queue.push(line, isImportant);
    },
    async flush(budgetMs) {
      const startedMs = clock.elapsed();
      const reading = readMetrics(budgetMs * readingShare);
      await Promise.all(
        afterReading(reading, (queue) => queue.flush(Math.max(0, budgetMs - (clock.elapsed() - startedMs)))),
      );
    },
    close(budgetMs) {
      closing ??= closeWithin(budgetMs);
      return closing;
    },
    closeSync(budgetMs) {
      const endMs = clock.elapsed() + budgetMs;
      for (const schedule of schedules) schedule.close();
      const results = all.map(({ signal, queue }) => ({
        signal,
        ...queue.closeSync(Math.max(0, endMs - clock.elapsed())),
      }));
      return toReport(exported, results);
    },
    lost: () => ({ ...lost }),
    waiting: (signal) => total(all.filter((opened) => opened.signal === signal).map(({ queue }) => queue.waiting())),
  };
}

function bySignal(count: (signal: Signal) => number): SignalCounts {
  return Object.fromEntries(signals.map((signal) => [signal, count(signal)])) as Record<Signal, number>;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
