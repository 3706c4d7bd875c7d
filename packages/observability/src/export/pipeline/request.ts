import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExportOutcome } from '../export-outcome.ts';
import type { PipelineClock } from './pipeline-clock.ts';

/** A batch on its way. */
export interface Request {
  /** Never rejects. */
  readonly outcome: Promise<ExportOutcome>;
  /** Breaks it off; the outcome is settled soon after. */
  abort(): void;
}

/** How a batch is sent. */
export interface RequestOptions {
  readonly send: (batch: EncodedBatch, abort: AbortSignal) => Promise<ExportOutcome>;
  readonly timeoutMs: number;
  readonly clock: PipelineClock;
}

// For a transport that does not keep its promise to settle once it was aborted.
const graceMs = 250;

/** Sends once, breaks off after the timeout, and ends in any case. */
export function startRequest(batch: EncodedBatch, { send, timeoutMs, clock }: RequestOptions): Request {
  const controller = new AbortController();
  const cancels: (() => void)[] = [];
  let abandon: (() => void) | undefined;
  const abort = (): void => {
    if (controller.signal.aborted) return;
    controller.abort();
    cancels.push(clock.after(graceMs, () => abandon?.()));
  };
  cancels.push(clock.after(timeoutMs, abort));
  const abandoned = new Promise<ExportOutcome>((resolve) => {
    abandon = () => resolve({ kind: 'unavailable', reason: 'no answer in time' });
  });
  const outcome = Promise.race([attempt(send, batch, controller.signal), abandoned]).finally(() => {
    for (const cancel of cancels) cancel();
  });
  return { outcome, abort };
}

async function attempt(send: RequestOptions['send'], batch: EncodedBatch, signal: AbortSignal): Promise<ExportOutcome> {
  try {
    return await send(batch, signal);
  } catch (error) {
    return { kind: 'unavailable', reason: error instanceof Error ? error.message : String(error) };
  }
}
