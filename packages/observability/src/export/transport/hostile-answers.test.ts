import { createServer, type Server } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EncodedBatch } from '../encoded-batch.ts';
import { judgeOtlpReply } from '../otlp/judge-reply.ts';
import { createReasonCleaner } from './failure-reason.ts';
import { openHttpTransport } from './http-transport.ts';
import { readRetryDelayMs } from './retry-info.ts';

const batch: EncodedBatch = {
  signal: 'traces',
  body: new Uint8Array(10),
  contentType: 'application/x-protobuf',
  records: 1,
  isImportant: false,
};
const kinds = ['sent', 'unavailable', 'too_large', 'refused'];

describe('whatever comes back', () => {
  let answer: Uint8Array = new Uint8Array();
  let server: Server;
  let url = '';
  beforeAll(async () => {
    server = createServer((socket) => socket.on('error', () => undefined).once('data', () => socket.end(answer)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
  });
  afterAll(() => server.close());

  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc
      .constantFrom(
        'HTTP/1.1 200 OK\r\n',
        'HTTP/1.1 503 \r\n',
        'HTTP/1.0 413 x\r\n',
        'HTTP/1.1 100 Continue\r\n\r\n',
        'content-length: 5\r\n',
        'content-length: -1\r\n',
        'transfer-encoding: chunked\r\n',
        'content-encoding: gzip\r\n',
        'content-type: application/x-protobuf\r\n',
        'content-type: application/json\r\n',
        'retry-after: 1e9\r\n',
        'location: javascript:x\r\n',
        '\r\n',
        '5\r\nhello\r\n0\r\n\r\n',
        '{"partialSuccess":{"rejectedSpans":"1"}}',
      )
      .map((text) => new TextEncoder().encode(text)),
  );

  it('is an outcome, and soon', async () => {
    const judge = (reply: Parameters<typeof judgeOtlpReply>[0]) => judgeOtlpReply(reply, batch, 0);
    const transport = await openHttpTransport({ url, headers: {}, compression: 'none', tls: {}, proxy: '', judge });
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 8 }), async (pieces) => {
        answer = Buffer.concat(pieces);
        const outcome = await transport.send(batch, AbortSignal.timeout(2_000));
        expect(kinds).toContain(outcome.kind);
      }),
      { numRuns: 200 },
    );
    transport.close();
  });

  it('is judged without a throw, as any status, headers and body', () => {
    const headers = fc.record(
      {
        'content-type': fc.constantFrom('application/json', 'application/x-protobuf', 'text/html', ''),
        'retry-after': fc.string(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 999 }),
        headers,
        fc.uint8Array({ maxLength: 300 }),
        (status, given, body) => {
          const outcome = judgeOtlpReply({ status, headers: given, body }, batch, 0);
          expect(outcome.kind === 'sent').toBe(status >= 200 && status < 300);
        },
      ),
    );
  });

  it('asks for a wait within reason or for none, as details of any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (details) => {
        const waitMs = readRetryDelayMs(details) ?? 0;
        expect(waitMs).toBeGreaterThanOrEqual(0);
        expect(waitMs).toBeLessThanOrEqual(300_000);
      }),
      { numRuns: 1_000 },
    );
  });

  it('fits on one line of a log, and holds none of our secrets', () => {
    const secret = 'hunter2-hunter2';
    const clean = createReasonCleaner({ authorization: `Bearer ${secret}` });
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.string(),
        fc.integer({ min: 1, max: 5 }),
        (before, after, times) => {
          const reason = clean(`${before}Bearer ${secret}${after} ${secret}`.repeat(times));
          expect(reason).not.toContain(secret);
          expect(reason).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]{0,301}$/u);
        },
      ),
    );
  });
});
