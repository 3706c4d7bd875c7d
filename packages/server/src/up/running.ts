import { getLogger } from '@autotrader/observability';
import { causeText } from '../errors.ts';

export type ListenerName = 'api' | 'metrics' | 'receiver' | 'simulator';

/** A running process, or all of them in one. */
export interface Running {
  /** Where each listener answers; only those that this process has. */
  readonly urls: Readonly<Partial<Record<ListenerName, string>>>;
  /** Stops accepting, drains or hands back, closes the store. Bounded by `shutdown_timeout`, idempotent, never rejects. */
  close(): Promise<void>;
}

/** What a start has opened so far, to be closed in the opposite order. */
export interface Opened {
  /** `close` gets the time that is left. */
  add(part: string, close: (leftMs: number) => Promise<unknown>): void;
}

type Urls = Running['urls'];

/** Starts parts one after the other. When one fails, those before it are closed again and its error comes out. */
export async function startParts(shutdownMs: number, start: (opened: Opened) => Promise<Urls>): Promise<Running> {
  const parts: { part: string; close: (leftMs: number) => Promise<unknown> }[] = [];
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= closeParts(parts.reverse(), shutdownMs);
    return closing;
  };
  try {
    const urls = await start({ add: (part, closePart) => parts.push({ part, close: closePart }) });
    return { urls, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function closeParts(
  parts: readonly { part: string; close: (leftMs: number) => Promise<unknown> }[],
  budgetMs: number,
): Promise<void> {
  const log = getLogger('autotrader.server');
  const endsAtMs = performance.now() + budgetMs;
  for (const { part, close } of parts) {
    const leftMs = Math.max(0, endsAtMs - performance.now());
    try {
      const ended = await endsWithin(close(leftMs), leftMs);
      if (!ended) log.warning('shutdown_part_not_ended', { part });
    } catch (thrown) {
      log.warning('shutdown_part_failed', { part, cause: causeText(thrown) });
    }
  }
}

async function endsWithin(work: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<false>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  try {
    return await Promise.race([work.then(() => true as const), over]);
  } finally {
    clearTimeout(timer);
  }
}
