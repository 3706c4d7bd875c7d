import type { DeliveryReport } from '../export/delivery.ts';
import { getLogger } from '../logs/logger.ts';
import { activePipeline, failOperations } from '../logs/pipeline.ts';
import { endBy, isEnding, joinEnding } from './ending-signals.ts';
import type { Outgoing } from './start-parts.ts';
import { belongsToTerminal } from './terminal-session.ts';

const log = getLogger('observability');
const crashBudgetMs = 1_000;
// An exporting process does not wait for its disk as it would for its readers; encoding 20 000 records takes a tenth.
const spoolBudgetMs = 1_000;

/** What the hooks act on. */
export interface HookedParts {
  readonly outgoing: Outgoing;
  readonly shutdown: () => Promise<unknown>;
  readonly budgetMs: number;
  /** What SIGHUP asks of a service; without it the signal keeps its meaning. */
  readonly onHangup?: (() => void) | undefined;
  /** Whether errors that nobody caught become lines. @default true */
  readonly tellsErrors?: boolean;
}

/**
 * Makes sure nothing accepted is lost however the process ends, without changing how it ends: a signal still kills, an
 * uncaught error still crashes, and an application that handles them itself keeps the last word. SIGHUP reaches
 * `onHangup`, except where a terminal was closed and nobody else handles it: then it kills as well.
 *
 * @returns takes the hooks out again
 */
export function installProcessHooks(parts: HookedParts): () => void {
  const { outgoing, shutdown, budgetMs, onHangup, tellsErrors = true } = parts;

  const onUncaught = (error: unknown, origin: string): void => {
    const event = origin === 'unhandledRejection' ? 'unhandled_rejection' : 'uncaught_exception';
    // What led to it comes before it.
    failOperations();
    log.critical(event, { error, origin });
    activePipeline.sink.flushSync(crashBudgetMs);
  };
  // Metrics are worth a flush of their own: there always are some.
  let leftBehind = outgoing.hasMetrics ? -1 : 0;
  const onBeforeExit = (): void => {
    // Asked again after every flush: what a dead backend did not take must not keep the process alive.
    if (outgoing.waiting() <= leftBehind) return;
    void outgoing.flush(budgetMs).then(() => {
      leftBehind = outgoing.waiting();
    });
  };
  const onExit = (): void => {
    const isWorthTelling = outgoing.waiting() > 0;
    const before = outgoing.lost();
    // Also where nothing waits: what other exit handlers say has no other way than the disk either.
    const report = outgoing.closeSync(spoolBudgetMs);
    if (isWorthTelling) tellOfExit(report, before);
  };
  const endsWithTerminal = onHangup !== undefined && belongsToTerminal();
  const onHangupSignal = (signal: NodeJS.Signals): void => {
    if (endsWithTerminal && process.listenerCount(signal) === 1) {
      endBy(signal, () => process.off(signal, onHangupSignal));
    } else if (!isEnding()) onHangup?.();
  };

  if (tellsErrors) process.on('uncaughtExceptionMonitor', onUncaught);
  process.on('beforeExit', onBeforeExit);
  // Before the sinks' own hook, which writes what this one says.
  process.prependListener('exit', onExit);
  const leaveEnding = joinEnding({
    shutdown,
    onLeftToApplication: () => activePipeline.sink.flushSync(crashBudgetMs),
  });
  // First in line, as the handlers of the other signals.
  if (onHangup !== undefined) process.prependListener('SIGHUP', onHangupSignal);
  return () => {
    process.off('uncaughtExceptionMonitor', onUncaught);
    process.off('beforeExit', onBeforeExit);
    process.off('exit', onExit);
    leaveEnding();
    // A process that is being ended by a signal keeps its handlers until it is gone.
    if (!isEnding()) process.off('SIGHUP', onHangupSignal);
  };
}

/** The process exits with records in memory; they are on the disk now, or lost. */
function tellOfExit({ spooled, lost }: DeliveryReport, before: DeliveryReport['lost']): void {
  const counts = {
    spans: lost.traces - before.traces,
    lines: lost.logs - before.logs,
    data_points: lost.metrics - before.metrics,
  };
  if (counts.spans + counts.lines + counts.data_points > 0) {
    const reason = 'the process exited before a shutdown, and the spool is off or took no more';
    log.warning('telemetry_lost', { ...counts, reason });
    return;
  }
  const { traces: spans, logs: lines, metrics: data_points } = spooled;
  log.info('telemetry_spooled', { spans, lines, data_points, reason: 'the process exited before a shutdown' });
}
