import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { codedError, type DestinationEvents, type LineDestination } from './line-destination.ts';
import { pinoConfig } from './pino-line.ts';
import { readTransportData, type TransportWorkerData, transportCells, transportStatus } from './transport-protocol.ts';
import { serveTransport } from './transport-thread.ts';

/** A transport that was found. */
export interface TransportSettings {
  /** `file:` address of its module. */
  readonly target: string;
  readonly options: Readonly<Record<string, unknown>>;
}

interface Running {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly cells: Int32Array;
  /** Batches sent and not seen taken, oldest first. */
  readonly inFlight: { readonly bytes: number; readonly lines: number }[];
  batchesTaken: number;
  why: unknown;
}

// Enough to keep the worker busy; what waits beyond stays in the queue, where the policy holds.
const mostBytesInFlight = 262_144;
const endedCode = 'ETRANSPORTENDED';
const failedCode = 'ETRANSPORTFAILED';
const pollMs = 5;

/**
 * A pino transport in a worker thread of its own.
 *
 * Not pino's own ThreadStream: its `end` and `flushSync` block for up to ten seconds each when the transport hangs and
 * then throw, from an exit handler too. Here every wait has the caller's budget, and a transport that died is started again.
 */
export function createTransportDestination(settings: TransportSettings, events: DestinationEvents): LineDestination {
  return new TransportDestination(settings, events);
}

class TransportDestination implements LineDestination {
  private readonly settings: TransportSettings;
  private readonly events: DestinationEvents;
  private running: Running | undefined;
  private ended = false;

  constructor(settings: TransportSettings, events: DestinationEvents) {
    this.settings = settings;
    this.events = events;
    this.running = this.start();
  }

  write(bytes: Buffer, lines: number): number {
    if (this.ended) throw codedError(endedCode, 'the transport has ended');
    this.running ??= this.start();
    const { running } = this;
    if (running === undefined) throw codedError(failedCode, 'the transport cannot be started');
    const status = Atomics.load(running.cells, transportCells.status);
    const { bytes: bytesInFlight } = this.inFlight();
    const isFull = bytesInFlight > 0 && bytesInFlight + bytes.length > mostBytesInFlight;
    if (status !== transportStatus.ready || isFull) throw codedError('EAGAIN', 'the transport is busy');
    // A copy that is handed over whole: a slice of Node's pool would be sent with everything around it.
    const batch = new Uint8Array(bytes);
    running.port.postMessage(batch, [batch.buffer]);
    running.inFlight.push({ bytes: bytes.length, lines });
    return bytes.length;
  }

  lossAfter(code: string): 'shutdown' | undefined {
    return code === endedCode ? 'shutdown' : undefined;
  }

  inFlight(): { bytes: number; lines: number } {
    const sum = { bytes: 0, lines: 0 };
    const { running } = this;
    if (running === undefined) return sum;
    const taken = Atomics.load(running.cells, transportCells.batchesTaken);
    running.inFlight.splice(0, taken - running.batchesTaken);
    running.batchesTaken = taken;
    for (const batch of running.inFlight) {
      sum.bytes += batch.bytes;
      sum.lines += batch.lines;
    }
    return sum;
  }

  pause(durationMs: number): void {
    const { running } = this;
    if (running === undefined) return;
    const seen = Atomics.load(running.cells, transportCells.changes);
    // What moved before this line was read is found at the next look, a few milliseconds later.
    Atomics.wait(running.cells, transportCells.changes, seen, Math.min(durationMs, pollMs));
  }

  async end(budgetMs: number): Promise<void> {
    const endAt = performance.now() + budgetMs;
    this.askToEnd();
    while (this.isEnding() && performance.now() < endAt) await new Promise((done) => setTimeout(done, pollMs));
    this.stop();
  }

  endSync(budgetMs: number): void {
    const endAt = performance.now() + budgetMs;
    this.askToEnd();
    while (this.isEnding() && performance.now() < endAt) this.pause(pollMs);
    this.stop();
  }

  private start(): Running | undefined {
    try {
      return this.startWorker();
    } catch (error) {
      // Options that cannot be sent to a thread, or no room for another one.
      setImmediate(() => this.events.failed(error));
      return undefined;
    }
  }

  private startWorker(): Running {
    const { target, options } = this.settings;
    const { port1: port, port2 } = new MessageChannel();
    const cells = new SharedArrayBuffer(transportCells.count * Int32Array.BYTES_PER_ELEMENT);
    const workerData: TransportWorkerData = {
      workerData: { ...options, pinoWillSendConfig: true },
      observabilityTransport: { target, port: port2, cells },
    };
    const worker = new Worker(new URL(import.meta.url), {
      workerData,
      transferList: [port2],
      execArgv,
      name: 'log transport',
    });
    const running: Running = {
      worker,
      port,
      cells: new Int32Array(cells),
      inFlight: [],
      batchesTaken: 0,
      why: codedError(failedCode, 'its thread has ended'),
    };
    worker.postMessage({ code: 'PINO_CONFIG', config: pinoConfig });
    worker.on('error', (error) => {
      running.why = error;
    });
    worker.on('exit', () => this.onExit(running));
    port.on('message', () => this.events.moved());
    // Lines that wait are written by the exit hook; neither they nor an idle transport keep the program alive.
    worker.unref();
    port.unref();
    return running;
  }

  private onExit(running: Running): void {
    running.port.close();
    if (this.running !== running || this.ended) return;
    const { lines } = this.inFlight();
    this.running = undefined;
    if (lines > 0) this.events.lost(lines);
    this.events.failed(running.why);
  }

  private askToEnd(): void {
    this.ended = true;
    this.running?.port.postMessage(null);
  }

  private isEnding(): boolean {
    if (this.running === undefined) return false;
    const status = Atomics.load(this.running.cells, transportCells.status);
    return status === transportStatus.ready || status === transportStatus.starting;
  }

  private stop(): void {
    const { running } = this;
    if (running === undefined) return;
    const { lines } = this.inFlight();
    this.running = undefined;
    if (lines > 0) this.events.lost(lines);
    void running.worker.terminate();
  }
}

// Flags such as `--import` would run the program's own set-up in the thread, and with it start this transport again; only
// the sources, run without a build, need the loader those flags name.
const execArgv = import.meta.url.endsWith('.ts') ? process.execArgv : [];

// The thread runs this very file, wherever a build has put it.
const transportData = readTransportData();
if (transportData !== undefined) void serveTransport(transportData);
