import { describe, expect, it } from 'vitest';
import { encodeExportResponse, encodeStatus } from '../../otlp/responses.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import { judgeOtlpReply } from './judge-reply.ts';

const nowMs = Date.parse('2030-01-01T00:00:00Z');
const types = { protobuf: 'application/x-protobuf', json: 'application/json' } as const;

function batchOf(encoding: keyof typeof types): EncodedBatch {
  return { signal: 'traces', body: new Uint8Array(), contentType: types[encoding], records: 3, isImportant: false };
}

function judge(status: number, body: Uint8Array | string = '', headers: Record<string, string> = {}) {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return judgeOtlpReply({ status, headers, body: bytes }, batchOf('protobuf'), nowMs);
}

describe('the answer of an OTLP receiver', () => {
  it.each([429, 502, 503, 504])('allows another attempt with status %i', (status) => {
    expect(judge(status, 'busy', { 'retry-after': '7' })).toEqual({
      kind: 'unavailable',
      reason: `HTTP ${status} busy`,
      retryAfterMs: 7_000,
    });
  });

  it.each([400, 401, 403, 404, 405, 408, 415, 500, 501, 505, 599])('is final with status %i', (status) => {
    expect(judge(status, 'no', { 'retry-after': '7' })).toEqual({ kind: 'refused', reason: `HTTP ${status} no` });
  });

  it.each([301, 302, 303, 307, 308])('is final with status %i, and says that nobody goes there', (status) => {
    expect(judge(status, '', { location: 'http://elsewhere/' })).toEqual({
      kind: 'refused',
      reason: `HTTP ${status}: redirects are not followed, set the address to where it leads`,
    });
  });

  it('asks for shorter requests with status 413', () => {
    expect(judge(413)).toEqual({ kind: 'too_large', reason: 'HTTP 413' });
  });

  it.each([
    ['0', { retryAfterMs: 0 }],
    [' 120 ', { retryAfterMs: 120_000 }],
    ['99999999999', { retryAfterMs: 300_000 }],
    ['Tue, 01 Jan 2030 00:00:30 GMT', { retryAfterMs: 30_000 }],
    ['Tuesday, 01-Jan-30 00:00:30 GMT', { retryAfterMs: 30_000 }],
    ['Fri, 31 Dec 9999 23:59:59 GMT', { retryAfterMs: 300_000 }],
    ['Thu, 01 Jan 1970 00:00:00 GMT', { retryAfterMs: 0 }],
    ['soon', {}],
    ['-5', {}],
    ['1.5', {}],
    ['', {}],
  ])('asks with Retry-After %j to wait so long', (header, wait) => {
    expect(judge(503, '', { 'retry-after': header })).toEqual({ kind: 'unavailable', reason: 'HTTP 503', ...wait });
  });

  it.each(['protobuf', 'json'] as const)('says in a Status of %s what is wrong', (encoding) => {
    const body = encodeStatus({ code: 3, message: 'spans without names' }, encoding);
    const headers = { 'content-type': `${types[encoding]}; charset=utf-8` };
    expect(judge(400, body, headers)).toEqual({ kind: 'refused', reason: 'HTTP 400 spans without names' });
  });

  it('may come from a proxy that speaks HTML or nothing readable', () => {
    const html = '<!doctype html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>';
    expect(judge(502, html, { 'content-type': 'text/html' })).toMatchObject({ reason: 'HTTP 502 502 Bad Gateway' });
    const rubbish = new Uint8Array([255, 255, 255, 255]);
    expect(judge(400, rubbish, { 'content-type': types.protobuf })).toEqual({ kind: 'refused', reason: 'HTTP 400' });
    expect(judge(400, '{"error":"x"}', { 'content-type': types.json })).toMatchObject({
      reason: 'HTTP 400 {"error":"x"}',
    });
  });

  it.each(['protobuf', 'json'] as const)(
    'counts in %s what was not kept, and sends nothing of it again',
    (encoding) => {
      const body = encodeExportResponse({ rejected: 2, message: 'too old' }, 'traces', encoding);
      const reply = { status: 200, headers: { 'content-type': types[encoding] }, body };
      expect(judgeOtlpReply(reply, batchOf(encoding), nowMs)).toEqual({ kind: 'sent', rejected: 2, reason: 'too old' });
    },
  );

  it('may warn without rejecting', () => {
    const body = encodeExportResponse({ rejected: 0, message: 'old version' }, 'traces', 'protobuf');
    expect(judge(200, body)).toEqual({ kind: 'sent', reason: 'old version' });
  });

  it.each([
    ['nothing', ''],
    ['cut off', new Uint8Array([10, 200])],
    ['text', 'OK'],
    ['HTML', '<html>'],
  ])('means that everything was taken when it is 200 with %s', (_what, body) => {
    for (const type of [types.protobuf, types.json, 'text/plain', '']) {
      expect(judge(200, body, { 'content-type': type })).toMatchObject({ kind: 'sent' });
    }
    expect(judge(202, body)).toMatchObject({ kind: 'sent' });
  });

  it('is read in the encoding of the request when it does not say its own', () => {
    const body = encodeExportResponse({ rejected: 1, message: '' }, 'traces', 'json');
    expect(judgeOtlpReply({ status: 200, headers: {}, body }, batchOf('json'), nowMs)).toEqual({
      kind: 'sent',
      rejected: 1,
    });
  });
});
