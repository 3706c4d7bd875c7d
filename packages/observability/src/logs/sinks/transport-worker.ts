// The thread a pino transport runs in. The program hands over batches and may block meanwhile, so everything it needs to
// know is in shared cells: what has been taken, and whether the transport is ready, has ended or has failed.
import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { type MessagePort, workerData } from 'node:worker_threads';
import { toPinoLine } from './pino-line.ts';
import {
  type TransportMessage,
  type TransportWorkerData,
  transportCells,
  transportStatus,
} from './transport-protocol.ts';

const { workerData: options, observabilityTransport } = workerData as TransportWorkerData;
const { target, port } = observabilityTransport;
const cells = new Int32Array(observabilityTransport.cells);

function tell(cell: number, value: number): void {
  Atomics.store(cells, cell, value);
  Atomics.add(cells, transportCells.changes, 1);
  Atomics.notify(cells, transportCells.changes);
  // Wakes a program that is not blocked.
  port.postMessage(null);
}

process.on('exit', () => {
  if (Atomics.load(cells, transportCells.status) !== transportStatus.ended) {
    tell(transportCells.status, transportStatus.failed);
  }
});

/** The module's default export, however many times it was wrapped on its way through CommonJS. */
async function loadTransport(): Promise<(options: object) => unknown> {
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

async function writeBatch(stream: Writable, batch: Uint8Array): Promise<void> {
  const lines = Buffer.from(batch.buffer).toString().trimEnd().split('\n');
  const text = `${lines.map(toPinoLine).join('\n')}\n`;
  if (!stream.write(text)) await once(stream, 'drain');
  tell(transportCells.batchesTaken, Atomics.load(cells, transportCells.batchesTaken) + 1);
}

async function serve(from: MessagePort): Promise<void> {
  const transport = await loadTransport();
  const stream = await transport(options);
  if (!isWritable(stream)) throw new TypeError('it made no writable stream');
  let ending = false;
  stream.on('error', (error: unknown) => {
    throw error;
  });
  stream.on('close', () => {
    if (!ending) throw new Error('it closed its stream');
    tell(transportCells.status, transportStatus.ended);
    from.close();
  });
  let work = Promise.resolve();
  from.on('message', (message: TransportMessage) => {
    work = work.then(async () => {
      if (message !== null) {
        await writeBatch(stream, message);
        return;
      }
      ending = true;
      stream.end();
    });
  });
  tell(transportCells.status, transportStatus.ready);
}

// A rejection nobody handles ends the worker, and the program is told why.
void serve(port);
