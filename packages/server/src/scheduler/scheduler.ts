import { getLogger } from '@autotrader/observability';
import type { Token } from '@autotrader/sources';
import type { ScanQueue } from '../queue/scan-queue.ts';

export interface SchedulerOptions {
  readonly queue: ScanQueue;
  readonly tokens: readonly Token[];
  /** `null`: one round at the start and no more. */
  readonly everyMs: number | null;
}

export interface Scheduler {
  /** Asks for the first round and resolves when it is queued. Never rejects: a round that failed is logged and comes again. */
  start(): Promise<void>;
  /** Idempotent; waits for a round under way. */
  close(): Promise<void>;
}

/** Asks for a scan of every token, again and again. A token whose last scan has not ended is left alone. */
export function createScheduler({ queue, tokens, everyMs }: SchedulerOptions): Scheduler {
  const log = getLogger('autotrader.scheduler');
  let timer: NodeJS.Timeout | undefined;
  let round: Promise<void> = Promise.resolve();
  let closed = false;

  async function ask(): Promise<void> {
    try {
      const scans = await queue.request(tokens, null);
      const waiting = scans.filter(({ joined }) => joined).length;
      log.info('scheduler_round_queued', { queued: scans.length - waiting, still_waiting: waiting });
    } catch (thrown) {
      log.exception('scheduler_round_failed', thrown);
    }
  }

  function next(): void {
    if (closed || everyMs === null) return;
    timer = setTimeout(() => {
      round = ask().finally(next);
    }, everyMs);
  }

  return {
    async start() {
      round = ask();
      await round;
      next();
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await round;
    },
  };
}
