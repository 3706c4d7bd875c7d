import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Exchange } from '../faults/fault.ts';

/** Sends a reply the way its exchange wants it. Ends early, without a word, when the client or the server goes away. */
export async function deliver(exchange: Exchange, response: ServerResponse, signal: AbortSignal): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const stopped = AbortSignal.any([signal, gone.signal]);
  try {
    if (exchange.delayMs > 0) await delay(exchange.delayMs, undefined, { signal: stopped });
    await send(exchange, response, stopped);
  } catch (thrown) {
    if (!stopped.aborted) throw thrown;
    response.destroy();
  }
}

async function send(exchange: Exchange, response: ServerResponse, stopped: AbortSignal): Promise<void> {
  const { delivery, reply } = exchange;
  const bytes = Buffer.from(reply.body, 'utf8');
  if (delivery.kind === 'hang_up') return hangUp(response, delivery.isReset);
  response.writeHead(reply.status, { ...reply.headers, 'content-length': bytes.length });
  if (delivery.kind === 'whole') {
    response.end(bytes);
    return;
  }
  if (delivery.kind === 'cut') {
    const kept = bytes.subarray(0, Math.floor(bytes.length * delivery.keepFraction));
    response.flushHeaders();
    if (kept.length === 0) response.destroy();
    else response.write(kept, () => response.destroy());
    return;
  }
  response.flushHeaders();
  for (let start = 0; start < bytes.length; start += delivery.bytesPerChunk) {
    await delay(delivery.everyMs, undefined, { signal: stopped });
    response.write(bytes.subarray(start, start + delivery.bytesPerChunk));
  }
  response.end();
}

function hangUp(response: ServerResponse, isReset: boolean): void {
  const { socket } = response;
  if (isReset) socket?.resetAndDestroy();
  else socket?.destroy();
}
