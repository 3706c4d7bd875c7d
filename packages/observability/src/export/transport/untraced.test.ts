import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EncodedBatch } from '../encoded-batch.ts';
import { openHttpTransport } from './http-transport.ts';
import { startReceiver } from './receiver.fixture.ts';
import { untraced } from './untraced.ts';

const batch: EncodedBatch = {
  signal: 'traces',
  body: new Uint8Array(),
  contentType: 'application/json',
  records: 1,
  isImportant: false,
};
const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
const never = new AbortController().signal;

describe('what is sent', () => {
  beforeEach(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterEach(() => {
    context.disable();
  });

  it('is nobody’s to trace, whoever happened to end the last span of a batch', async () => {
    const seen: unknown[] = [];
    const transport = untraced({
      async send() {
        await Promise.resolve();
        seen.push(isTracingSuppressed(context.active()), trace.getSpan(context.active()));
        return { kind: 'sent' };
      },
      close: () => undefined,
    });
    await context.with(trace.setSpanContext(ROOT_CONTEXT, parent), () => transport.send(batch, never));
    expect(seen).toEqual([true, undefined]);
  });

  it('carries no trace of the request that caused it', async () => {
    const receiver = await startReceiver();
    const judge = () => ({ kind: 'sent' }) as const;
    const target = { url: receiver.url, headers: {}, compression: 'gzip', tls: {}, proxy: '', judge } as const;
    const transport = untraced(await openHttpTransport(target));
    await context.with(trace.setSpanContext(ROOT_CONTEXT, parent), () => transport.send(batch, never));
    transport.close();
    await receiver.close();
    expect(Object.keys(receiver.received[0]?.headers ?? {})).not.toContain('traceparent');
  });
});
