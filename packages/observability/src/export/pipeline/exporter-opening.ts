import type { FinishedSpan } from '../../tracing/finished-span.ts';
import { heldBytesOf } from '../../tracing/span-size.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExporterPlan, MetricsPlan, SignalPlan } from '../exporter-plan.ts';
import { type Signal, signals } from '../signal.ts';
import type { Spool } from '../spool/spool.ts';
import type { Transport } from '../transport/transport.ts';
import { type Backend, createBackend } from './backend.ts';
import type { DeliveryObserver, DeliveryParts, DeliverySettings } from './delivery-model.ts';
import { createMetricSchedule, type MetricSchedule } from './metric-schedule.ts';
import { settlesWithin } from './pipeline-clock.ts';
import type { SignalQueue, SignalQueueOptions } from './queue-model.ts';
import { createSignalQueue } from './signal-queue.ts';
import { splitRequest } from './split-request.ts';

/** One signal of one exporter, open. */
export interface OpenedSignal {
  readonly signal: Signal;
  readonly queue: Pick<SignalQueue<never>, 'flush' | 'close' | 'closeSync' | 'waiting'>;
  readonly transport: Transport;
}

/** All that is open; filled by `open`. */
export interface ExporterOpening {
  /** Opens what can be opened of the plan, and tells of the rest. Never rejects. */
  open(plan: ExporterPlan): Promise<void>;
  readonly all: readonly OpenedSignal[];
  readonly spans: readonly SignalQueue<FinishedSpan>[];
  readonly lines: readonly SignalQueue<string>[];
  readonly schedules: readonly MetricSchedule[];
  readonly spools: readonly Spool[];
  /** Taken by backends since the start. */
  readonly exported: Readonly<Record<Signal, number>>;
  /** Dropped since the start. */
  readonly lost: Readonly<Record<Signal, number>>;
}

/** What differs between the signals. */
type RecordKind<T> = Pick<SignalQueueOptions<T>, 'encode' | 'bytesOf' | 'countOf' | 'splitRecord' | 'inOrder'> &
  Pick<SignalPlan<T>, 'openTransport'> & { readonly batchSize?: number };

// Nothing but the body of a line is kept, in one byte a character or, beyond Latin-1, two.
const bytesPerCharacter = 2;
const bareLine = 100;
const errorStatus = 2;

/** One queue for each signal, one spool for each exporter, one breaker for each address. */
export function createExporterOpening(settings: DeliverySettings, parts: DeliveryParts): ExporterOpening {
  const { clock, random, observer } = parts;
  const all: OpenedSignal[] = [];
  const spans: SignalQueue<FinishedSpan>[] = [];
  const lines: SignalQueue<string>[] = [];
  const schedules: MetricSchedule[] = [];
  const exported: Record<Signal, number> = { logs: 0, metrics: 0, traces: 0 };
  const lost: Record<Signal, number> = { logs: 0, metrics: 0, traces: 0 };
  const dropped: DeliveryObserver['dropped'] = (signal, reason, records) => {
    lost[signal] += records;
    observer.dropped(signal, reason, records);
  };
  const backendOf = rememberBackends(settings, parts);
  const spools = createSpools(parts, dropped);

  const openQueue = async <T>(
    plan: ExporterPlan,
    signal: Signal,
    kind: RecordKind<T>,
  ): Promise<SignalQueue<T> | undefined> => {
    const { openTransport, batchSize = settings.queue.batchSize, ...record } = kind;
    try {
      const transport = await openTransport();
      const spool = await spools.open(plan.name);
      const queue = createSignalQueue<T>({
        ...record,
        signal,
        spool,
        clock,
        split: splitRequest,
        send: (batch, abort) => transport.send(batch, abort),
        joinBackend: (onChange) => backendOf(plan.url).lane({ exporter: plan.name, signal, url: plan.url }, onChange),
        limits: { ...settings.queue, batchSize, maxBytes: shareOf(settings.maxQueueBytes, plan) },
        observer: {
          dropped: (reason, records) => dropped(signal, reason, records),
          exported(records) {
            exported[signal] += records;
            observer.exported(signal, plan.name, records);
          },
          failed: () => observer.failed(plan.name),
        },
      });
      all.push({ signal, queue, transport });
      return queue;
    } catch (error) {
      observer.unavailable(plan.name, signal, error);
      return undefined;
    }
  };

  const openTraces = async (plan: ExporterPlan, traces: SignalPlan<FinishedSpan>): Promise<void> => {
    const queue = await openQueue<FinishedSpan>(plan, 'traces', { ...toKind(traces), bytesOf: heldBytesOf });
    if (queue !== undefined) spans.push(queue);
  };
  const openLogs = async (plan: ExporterPlan, logs: SignalPlan<string>): Promise<void> => {
    const queue = await openQueue<string>(plan, 'logs', { ...toKind(logs), bytesOf: lineBytes });
    if (queue !== undefined) lines.push(queue);
  };
  const openMetrics = async (plan: ExporterPlan, metrics: MetricsPlan): Promise<void> => {
    const queue = await openQueue<EncodedBatch>(plan, 'metrics', {
      openTransport: () => metrics.openTransport(),
      // Encoded when they were read, each to be a request of its own.
      encode: ([batch]) => batch as EncodedBatch,
      batchSize: 1,
      bytesOf: ({ body }) => body.byteLength,
      countOf: ({ records }) => records,
      splitRecord: splitRequest,
      // Prometheus, and who stores series as it does, refuses a value older than the last one of its series.
      inOrder: true,
    });
    if (queue === undefined) return;
    const reader = parts.openReader(metrics);
    const push = (batch: EncodedBatch): void => queue.push(batch, batch.isImportant);
    const onFailure = (): void => dropped('metrics', 'reading_failed', 1);
    schedules.push(createMetricSchedule({ plan: metrics, reader, push, onFailure, clock, random }));
  };

  return {
    async open(plan) {
      if (plan.traces !== undefined) await openTraces(plan, plan.traces);
      if (plan.logs !== undefined) await openLogs(plan, plan.logs);
      if (plan.metrics !== undefined) await openMetrics(plan, plan.metrics);
    },
    all,
    spans,
    lines,
    schedules,
    get spools() {
      return spools.opened();
    },
    exported,
    lost,
  };
}

/** Whether a span failed, so that it is dropped after those that did not. */
export function isFailed(span: FinishedSpan): boolean {
  return span.status.code === errorStatus;
}

function toKind<T>(plan: SignalPlan<T>): Pick<RecordKind<T>, 'openTransport' | 'encode'> {
  return { openTransport: () => plan.openTransport(), encode: (records) => plan.encode(records) };
}

function lineBytes(line: string): number {
  return bareLine + bytesPerCharacter * line.length;
}

function shareOf(maxBytes: number, plan: ExporterPlan): number {
  return Math.floor(maxBytes / signals.filter((signal) => plan[signal] !== undefined).length);
}

/** By address, because two exporters may be two names of one receiver. */
function rememberBackends({ retry }: DeliverySettings, parts: DeliveryParts): (url: string) => Backend {
  const backends = new Map<string, Backend>();
  return (url) => {
    const origin = URL.canParse(url) ? new URL(url).host : url;
    const backend = backends.get(origin) ?? createBackend({ ...parts, retry, voice: parts.observer });
    backends.set(origin, backend);
    return backend;
  };
}

interface Spools {
  open(exporter: string): Promise<Spool | undefined>;
  opened(): readonly Spool[];
}

// A network disk that hangs must not keep the program from starting.
const openingMs = 2_000;

function createSpools({ openSpool, observer, clock }: DeliveryParts, lost: DeliveryObserver['dropped']): Spools {
  const spools = new Map<string, Spool>();
  const openWithin = async (exporter: string, open: NonNullable<DeliveryParts['openSpool']>): Promise<Spool> => {
    const opening = open(exporter, {
      bytes: (onDisk) => observer.spooledBytes(exporter, onDisk),
      lost,
      changed: (state, reason) => observer.spoolChanged(exporter, state, reason),
    });
    if (await settlesWithin(opening, openingMs, clock)) return opening;
    void opening.then((late) => late.close()).catch(() => undefined);
    throw new Error(`the disk did not answer in ${openingMs} ms`);
  };
  return {
    async open(exporter) {
      const known = spools.get(exporter);
      if (known !== undefined || openSpool === undefined) return known;
      try {
        const spool = await openWithin(exporter, openSpool);
        spools.set(exporter, spool);
        return spool;
      } catch (error) {
        observer.spoolChanged(exporter, 'failing', error instanceof Error ? error.message : String(error));
        return undefined;
      }
    },
    opened: () => [...spools.values()],
  };
}
