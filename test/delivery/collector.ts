import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import { attributeValueOf, hexOf, messagesOf, readWire, textOf, type WireMessage } from '../harness/otlp-protobuf.ts';

export interface ArrivedSpan {
  readonly id: string;
  readonly startMs: number;
  /** By the clock of whoever made it. */
  readonly madeAtMs: number;
  readonly isError: boolean;
  readonly atMs: number;
}

export interface SeenRequest {
  readonly path: string;
  readonly atMs: number;
}

/** What a collector does with a request. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Reads the request, and writes down what is in it, but for so many records at its beginning. */
  take(butFirst?: number): Promise<void>;
  /** Reads the request and forgets it. */
  read(): Promise<Buffer>;
}

export type Behaviour = (exchange: Exchange) => unknown;

/** A receiver of OTLP that behaves as it is told. */
export interface Collector {
  readonly endpoint: string;
  readonly requests: readonly SeenRequest[];
  /** By the index of the item, as often as it came. */
  readonly spans: ReadonlyMap<number, readonly ArrivedSpan[]>;
  readonly lines: ReadonlyMap<number, number>;
  /** The last value of the counter of items. */
  readonly items: () => number;
  behave(behaviour: Behaviour): void;
  /** Nobody listens any more. */
  goDown(): Promise<void>;
  comeUp(): Promise<void>;
}

/** Takes everything. */
export async function accept({ response, take }: Exchange): Promise<void> {
  await take();
  response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
}

const nanosecondsPerMs = 1_000_000n;

export async function startCollector(identity?: { readonly cert: string; readonly key: string }): Promise<Collector> {
  const requests: SeenRequest[] = [];
  const spans = new Map<number, ArrivedSpan[]>();
  const lines = new Map<number, number>();
  let items = 0;
  let behaviour: Behaviour = accept;

  const takeSpan = (span: WireMessage): void => {
    const attributes = attributesOf(span, 9);
    const index = Number(attributes.get('item.index'));
    const [status] = messagesOf(span, 15);
    const arrived: ArrivedSpan = {
      id: hexOf(span, 2),
      startMs: Number(fixed64Of(span, 7) / nanosecondsPerMs),
      madeAtMs: Number(attributes.get('item.made_at_ms')),
      isError: status?.get(3)?.at(-1) === 2n,
      atMs: performance.now(),
    };
    const before = spans.get(index);
    if (before === undefined) spans.set(index, [arrived]);
    else before.push(arrived);
  };
  const takeLine = (record: WireMessage): void => {
    const attributes = attributesOf(record, 6);
    if (textOf(record, 12) !== 'item_made') return;
    const index = Number(attributes.get('index'));
    lines.set(index, (lines.get(index) ?? 0) + 1);
  };
  const takeMetric = (metric: WireMessage): void => {
    if (textOf(metric, 1) !== 'delivery_items_total') return;
    const [point] = messagesOf(metric, 7).flatMap((sum) => messagesOf(sum, 1));
    const value = point?.get(4)?.at(-1) ?? point?.get(6)?.at(-1);
    if (Buffer.isBuffer(value)) items = point?.has(4) ? value.readDoubleLE() : Number(value.readBigInt64LE());
  };
  const takeBody = (path: string, body: Buffer, butFirst: number): void => {
    const found = messagesOf(readWire(body), 1).flatMap((resource) => messagesOf(resource, 2));
    const records = found.flatMap((scope) => messagesOf(scope, 2));
    for (const record of records.slice(butFirst)) {
      if (path === '/v1/traces') takeSpan(record);
      else if (path === '/v1/logs') takeLine(record);
      else takeMetric(record);
    }
  };

  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    const path = request.url ?? '';
    requests.push({ path, atMs: performance.now() });
    const read = (): Promise<Buffer> => readBody(request);
    request.on('error', () => undefined);
    void Promise.resolve(
      behaviour({ request, response, read, take: async (butFirst = 0) => takeBody(path, await read(), butFirst) }),
      // A sender that was killed breaks off what it sends.
    ).catch(() => response.destroy());
  };
  const server = identity === undefined ? createServer(serve) : createSecureServer(identity, serve);
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve((server.address() as AddressInfo).port);
      });
    });
  const goDown = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const port = await listen(0);
  onTestFinished(goDown);
  return {
    endpoint: `${identity === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    spans,
    lines,
    items: () => items,
    behave: (next) => {
      behaviour = next;
    },
    goDown,
    async comeUp() {
      await eventually('the port of the collector', () => listen(port));
    },
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const sent = Buffer.concat(parts);
  return request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent;
}

function attributesOf(message: WireMessage, field: number): Map<string, unknown> {
  return new Map(
    messagesOf(message, field).map((entry) => [textOf(entry, 1), attributeValueOf(messagesOf(entry, 2)[0])]),
  );
}

function fixed64Of(message: WireMessage, field: number): bigint {
  const value = message.get(field)?.at(-1);
  return Buffer.isBuffer(value) ? value.readBigUInt64LE() : 0n;
}
