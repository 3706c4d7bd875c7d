import type { MetricsPlan } from '../exporter-plan.ts';
import type { Signal } from '../signal.ts';
import type { Spool, SpoolLossReason, SpoolObserver } from '../spool/spool.ts';
import type { BackendVoice } from './backend.ts';
import type { RetrySettings } from './backoff.ts';
import type { MetricReader } from './metric-schedule.ts';
import type { PipelineClock } from './pipeline-clock.ts';
import type { QueueDropReason, QueueLimits } from './queue-model.ts';

/** How much waits, how long, and when it is tried again. */
export interface DeliverySettings {
  readonly queue: Omit<QueueLimits, 'maxBytes'>;
  /** Estimated memory that waits for each exporter at most; its signals share it evenly. */
  readonly maxQueueBytes: number;
  readonly retry: RetrySettings;
}

/** What delivery tells of itself; none of these may throw. */
export interface DeliveryObserver extends BackendVoice {
  dropped(signal: Signal, reason: QueueDropReason | SpoolLossReason | 'reading_failed', records: number): void;
  /** A backend took them. */
  exported(signal: Signal, exporter: string, records: number): void;
  /** A request failed. */
  failed(exporter: string): void;
  spooledBytes(exporter: string, bytes: number): void;
  spoolChanged(exporter: string, state: 'failing' | 'recovered', reason: string): void;
  /** A signal does not go there in this process, because something is missing. */
  unavailable(exporter: string, signal: Signal, error: unknown): void;
}

/** What delivery works with. */
export interface DeliveryParts {
  readonly clock: PipelineClock;
  /** 0 (inclusive) to 1. */
  readonly random: () => number;
  /** Absent: nothing goes to the disk. */
  readonly openSpool?: ((exporter: string, observer: SpoolObserver) => Promise<Spool>) | undefined;
  readonly openReader: (plan: MetricsPlan) => MetricReader;
  readonly observer: DeliveryObserver;
}
