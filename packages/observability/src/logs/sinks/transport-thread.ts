import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import { toPinoLine } from './pino-line.ts';
import {
  type TransportMessage,
  type TransportWorkerData,
  transportCells,
  transportStatus,
} from './transport-protocol.ts';

/** Tells the program, which may be blocked, through shared cells; and wakes it in case it is not. */
type Tell = (cell: number, value: number) => void;

/**
 * What the thread of a transport does: loads it, hands it the batches the program sends, one at a time, and lets it
 * finish. A transport that throws or rejects ends the thread, and the program is told why.
 */
export async function serveTransport(data: TransportWorkerData): Promise<void> {
  const { target, port } = data.observabilityTransport;
  const cells = new Int32Array(data.observabilityTransport.cells);
  const tell: Tell = (cell, value) => {
    Atomics.store(cells, cell, value);
    Atomics.add(cells, transportCells.changes, 1);
    Atomics.notify(cells, transportCells.changes);
    port.postMessage(null);
  };
  process.on('exit', () => {
    if (Atomics.load(cells, transportCells.status) === transportStatus.ended) return;
    tell(transportCells.status, transportStatus.failed);
  });
  const transport = await loadTransport(target);
  const stream = await transport(data.workerData);
  if (!isWritable(stream)) throw new TypeError('it made no writable stream');
  serveStream(stream, port, tell);
  tell(transportCells.status, transportStatus.ready);
}

function serveStream(stream: Writable, port: MessagePort, tell: Tell): void {
  let ending = false;
  let batchesTaken = 0;
  stream.on('error', (error: unknown) => {
    throw error;
  });
  stream.on('close', () => {
    if (!ending) throw new Error('it closed its stream');
    tell(transportCells.status, transportStatus.ended);
    port.close();
  });
  let work = Promise.resolve();
  port.on('message', (message: TransportMessage) => {
    work = work.then(async () => {
      if (message === null) {
        ending = true;
        stream.end();
        return;
      }
      await writeBatch(stream, message);
      batchesTaken += 1;
      tell(transportCells.batchesTaken, batchesTaken);
    });
  });
}

async function writeBatch(stream: Writable, batch: Uint8Array): Promise<void> {
  const lines = Buffer.from(batch.buffer).toString().trimEnd().split('\n');
  if (!stream.write(`${lines.map(toPinoLine).join('\n')}\n`)) await once(stream, 'drain');
}

/** The module's default export, however many times it was wrapped on its way through CommonJS. */
async function loadTransport(target: string): Promise<(options: object) => unknown> {
  let found: unknown = await import(target);
  for (let depth = 0; depth < 3; depth += 1) {
    if (typeof found === 'function') return found as (options: object) => unknown;
    found = typeof found === 'object' && found !== null && 'default' in found ? found.default : undefined;
  }
  throw new TypeError('its module exports no function');
}

function isWritable(value: unknown): value is Writable {
  return typeof value === 'object' && value !== null && 'write' in value && 'on' in value && 'end' in value;
}
