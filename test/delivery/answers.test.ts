import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { eventually } from '../harness/eventually.ts';
import {
  duplicates,
  expectOneOutage,
  expectOriginalTimes,
  spooledNow,
  untilArrived,
  untilCounted,
  untilFailing,
  untilSpooled,
  untilSpoolIsEmpty,
  useSpoolFolder,
} from './account.ts';
import { serverIdentity, testAuthority } from './certificates.ts';
import { accept, type Collector, type Exchange, startCollector } from './collector.ts';
import { expectRow, roughly } from './delivery-table.ts';
import { type SendingProcess, startSender } from './sending-process.ts';

const testMs = 90_000;
// Less than is sent, so that the disk has its share.
const smallMemory = { span_max_queue_size: 500, span_batch_size: 250 };

const traceRequests = (collector: Collector): number =>
  collector.requests.filter(({ path }) => path === '/v1/traces').length;

async function untilTraceRequests(collector: Collector, count: number): Promise<void> {
  await eventually(`${count} requests with spans`, () => traceRequests(collector) >= count || undefined, 40_000);
}

async function untilDropped(sender: SendingProcess, what: string, count: number): Promise<void> {
  let dropped: object = {};
  await eventually(`${count} dropped as ${what}`, async () => {
    ({ dropped } = await sender.counts());
    return Reflect.get(dropped, what) === count || undefined;
  }).catch((error) => {
    throw new Error(`dropped were ${JSON.stringify(dropped)}`, { cause: error });
  });
}

describe('a collector that answers', () => {
  it(
    'never is broken off each time; what it missed goes over the disk',
    async () => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      collector.behave(({ read }) => read());
      const sender = await startSender({
        endpoint: collector.endpoint,
        spool,
        performance: { ...smallMemory, export_timeout_seconds: 1 },
      });
      await sender.emit({ count: 3_000, lineEvery: 10 });
      await untilSpooled(spool, 2_500);
      const [spans, lines] = await spooledNow(spool);
      await untilFailing(sender);
      collector.behave(accept);
      await untilArrived(collector, 3_000, 300);
      await untilSpoolIsEmpty(spool);
      expectOriginalTimes(collector);
      expect((await sender.counts()).dropped).toEqual({});
      await expectOneOutage(sender);
      expectRow('2', 'collector accepts connections and never answers', {
        sent: [3_000, 300],
        arrived: [collector.spans.size, collector.lines.size],
        spooled: [roughly(spans), lines],
        lost: [0, 0],
        countedAs: '',
      });
    },
    testMs,
  );

  it(
    '429 and 503 with Retry-After gets no request before that time is over',
    async () => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      const asked = new Map<string, number[]>();
      collector.behave(async (exchange) => {
        const { request, response, read } = exchange;
        const path = request.url ?? '';
        const answered = asked.get(path) ?? [];
        asked.set(path, answered);
        const status = [429, 503][answered.length];
        if (status === undefined) return accept(exchange);
        await read();
        answered.push(performance.now());
        return response.writeHead(status, { 'retry-after': '1' }).end();
      });
      const sender = await startSender({ endpoint: collector.endpoint, spool });
      await sender.emit({ count: 1_000, lineEvery: 10 });
      await untilArrived(collector, 1_000, 100);
      for (const path of ['/v1/traces', '/v1/logs']) {
        const times = collector.requests.filter((request) => request.path === path).map(({ atMs }) => atMs);
        for (const [index, answeredMs] of (asked.get(path) ?? []).entries()) {
          expect((times[index + 1] ?? 0) - answeredMs, `${path} after ${index + 1}`).toBeGreaterThan(990);
        }
      }
      expect((await sender.counts()).dropped).toEqual({});
      expect(duplicates(collector)).toBe(0);
      expectRow('3a', 'collector answers 429, then 503, with Retry-After: no request before it is over', {
        sent: [1_000, 100],
        arrived: [collector.spans.size, collector.lines.size],
        spooled: await spooledNow(spool),
        lost: [0, 0],
        countedAs: '',
      });
    },
    testMs,
  );

  it(
    'that it rejected some gets none of them again; they are counted',
    async () => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      collector.behave(async (exchange) => {
        if (exchange.request.url !== '/v1/traces' || traceRequests(collector) > 1) return accept(exchange);
        await exchange.take(5);
        // ExportTraceServiceResponse { partial_success { rejected_spans: 5 } }
        const answer = Buffer.from([0x0a, 0x02, 0x08, 0x05]);
        return exchange.response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(answer);
      });
      const sender = await startSender({ endpoint: collector.endpoint, spool });
      await sender.emit({ count: 1_000, lineEvery: 10 });
      await untilArrived(collector, 995, 100);
      await untilCounted(sender, 995);
      await untilDropped(sender, 'traces refused', 5);
      expect(duplicates(collector)).toBe(0);
      expect(sender.lines('exporter_failing')).toMatchObject([{ trouble: 'refused', signal: 'traces' }]);
      expectRow('3b', 'collector rejects 5 spans of a request (partial success): not sent again', {
        sent: [1_000, 100],
        arrived: [collector.spans.size, collector.lines.size],
        spooled: await spooledNow(spool),
        lost: [5, 0],
        countedAs: '`refused`',
      });
    },
    testMs,
  );

  it(
    '400 gets each span once, and what it refused is counted',
    async () => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      collector.behave(async (exchange) => {
        if (exchange.request.url !== '/v1/traces') return accept(exchange);
        await exchange.take();
        return exchange.response.writeHead(400).end();
      });
      const sender = await startSender({ endpoint: collector.endpoint, spool, performance: { span_batch_size: 100 } });
      await sender.emit({ count: 1_000, lineEvery: 10 });
      await untilDropped(sender, 'traces refused', 1_000);
      await untilArrived(collector, 1_000, 100);
      expect(duplicates(collector)).toBe(0);
      expect(sender.lines('exporter_failing')).toMatchObject([{ trouble: 'refused', signal: 'traces' }]);
      expectRow('3c', 'collector answers 400 to all spans: never sent again', {
        sent: [1_000, 100],
        arrived: [0, collector.lines.size],
        spooled: await spooledNow(spool),
        lost: [1_000, 0],
        countedAs: '`refused`',
      });
    },
    testMs,
  );

  it(
    'by a reset in the middle of the body gets the batch again',
    async () => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      let brokenOff = 0;
      collector.behave((exchange) => {
        const { request } = exchange;
        if (request.url !== '/v1/traces' || brokenOff >= 4) return accept(exchange);
        return request.once('data', () => {
          if (!request.complete) brokenOff += 1;
          request.socket.resetAndDestroy();
        });
      });
      const sender = await startSender({
        endpoint: collector.endpoint,
        spool,
        performance: { ...smallMemory, span_batch_size: 500 },
      });
      await sender.emit({ count: 2_000, lineEvery: 10, padding: 1_024 });
      await untilArrived(collector, 2_000, 200);
      await untilSpoolIsEmpty(spool);
      expect(brokenOff).toBe(4);
      expectOriginalTimes(collector);
      expect((await sender.counts()).dropped).toEqual({});
      expectRow('4', 'collector resets the connection in the middle of a body, four times', {
        sent: [2_000, 200],
        arrived: [collector.spans.size, collector.lines.size],
        spooled: ['–', '–'],
        lost: [0, 0],
        countedAs: '',
      });
    },
    testMs,
  );

  it(
    'with a certificate nobody vouches for is sent nothing; the next start, which knows the authority, sends it all',
    async () => {
      const [collector, spool] = [await startCollector(serverIdentity), await useSpoolFolder()];
      const sender = await startSender({ endpoint: collector.endpoint, spool, performance: smallMemory });
      await sender.emit({ count: 3_000, lineEvery: 10 });
      await untilSpooled(spool, 2_500);
      await untilFailing(sender);
      const report = await sender.shutdown();
      expect(report).toMatchObject({ spooled: { traces: 3_000 }, lost: { traces: 0, logs: 0 } });
      const [spans, lines] = await spooledNow(spool);
      expect(sender.lines('exporter_failing')).toHaveLength(1);
      expect(sender.lines('exporter_failing')[0]?.['reason']).toMatch(/certificate/);
      expect(collector.requests).toEqual([]);
      const authority = join(spool, 'authority.pem');
      await writeFile(authority, testAuthority);
      await startSender({ endpoint: collector.endpoint, spool, exporter: { tls: { ca_file: authority } } });
      await untilArrived(collector, 3_000, 300);
      await untilSpoolIsEmpty(spool);
      expectRow('5', 'certificate does not verify: no request; sent by the next start, which knows the authority', {
        sent: [3_000, 300],
        arrived: [collector.spans.size, collector.lines.size],
        spooled: [spans, roughly(lines)],
        lost: [0, 0],
        countedAs: '',
      });
    },
    testMs,
  );
});

describe('a hostile collector', () => {
  async function sendTo(collector: Collector, spool: string): Promise<SendingProcess> {
    const sender = await startSender({ endpoint: collector.endpoint, spool, performance: { span_batch_size: 250 } });
    await sender.emit({ count: 1_000, lineEvery: 10 });
    return sender;
  }

  it(
    'whose answer never ends is believed its status and cut off',
    async () => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      let open = 0;
      let longest = 0;
      collector.behave(async ({ response, take }) => {
        await take();
        open += 1;
        let written = 0;
        response.writeHead(200, { 'content-type': 'application/x-protobuf' });
        const flood = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(16_384))) written += 16_384;
          longest = Math.max(longest, written);
        };
        response.on('drain', flood).on('close', () => {
          open -= 1;
        });
        flood();
      });
      const sender = await sendTo(collector, spool);
      await untilArrived(collector, 1_000, 100);
      await untilCounted(sender, 1_000);
      await eventually('the end of all endless answers', () => open === 0 || undefined);
      // What is on its way in the buffers of both sockets comes on top of the 64 KiB that are read.
      expect(longest).toBeLessThan(16 * 1_024 * 1_024);
      expect((await sender.counts()).dropped).toEqual({});
      expectRow('12a', 'collector takes, and answers 200 with a body that never ends: cut off', {
        sent: [1_000, 100],
        arrived: [collector.spans.size, collector.lines.size],
        spooled: await spooledNow(spool),
        lost: [0, 0],
        countedAs: '',
      });
    },
    testMs,
  );

  it(
    'that redirects to another port is not followed',
    async () => {
      const [collector, other, spool] = [await startCollector(), await startCollector(), await useSpoolFolder()];
      collector.behave(async ({ request, response, read }) => {
        await read();
        response.writeHead(307, { location: `${other.endpoint}${request.url}` }).end();
      });
      const sender = await sendTo(collector, spool);
      await untilDropped(sender, 'traces refused', 1_000);
      expect(other.requests).toEqual([]);
      expect(sender.lines('exporter_failing')).toHaveLength(1);
      const lost = (await sender.counts()).dropped['logs refused'] ?? 0;
      // Beside those of the items the line that says what happens may be among them.
      expect(lost).toBeGreaterThanOrEqual(100);
      expectRow('12b', 'collector redirects to another port: not followed, no request there', {
        sent: [1_000, 100],
        arrived: [collector.spans.size, collector.lines.size],
        spooled: await spooledNow(spool),
        lost: [1_000, 100],
        countedAs: '`refused`',
      });
    },
    testMs,
  );

  it(
    'that answers garbage is sent it again',
    async () => {
      const [collector, spool] = [await startCollector(), await useSpoolFolder()];
      const garbage = ['\0\x01\xff'.repeat(1_000), 'HTTP/1.1 200', 'HTTP/9.9 999 \x1b[31m\r\n\r\n', ''];
      collector.behave(async (exchange: Exchange) => {
        const text = garbage[traceRequests(collector) - 1];
        if (exchange.request.url !== '/v1/traces' || text === undefined) return accept(exchange);
        await exchange.read();
        return exchange.request.socket.end(text, 'latin1');
      });
      const sender = await sendTo(collector, spool);
      await untilArrived(collector, 1_000, 100);
      await untilCounted(sender, 1_000);
      await untilTraceRequests(collector, garbage.length + 4);
      expect((await sender.counts()).dropped).toEqual({});
      expectRow('12c', 'collector answers bytes that are no HTTP, four times', {
        sent: [1_000, 100],
        arrived: [collector.spans.size, collector.lines.size],
        spooled: await spooledNow(spool),
        lost: [0, 0],
        countedAs: '',
      });
    },
    testMs,
  );
});
