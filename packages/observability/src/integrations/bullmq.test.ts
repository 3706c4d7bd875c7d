import { FlowProducer, type Job, Queue, UnrecoverableError, Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { getLogger, getTraceId, traceOperation, withBaggage } from '../index.ts';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { getBaggage } from '../tracing/propagation/baggage.ts';
import { tracingState } from '../tracing/tracing-state.ts';
import { bullmqTelemetry, observeWorker } from './bullmq.ts';
import { createGate } from './http-contract.fixture.ts';
import { type RedisServer, startRedis, withoutRedis } from './redis.fixture.ts';

const log = getLogger('app');

describe.skipIf(withoutRedis !== undefined)(
  `observed queues of BullMQ ${withoutRedis ?? ''}`,
  { timeout: 30_000 },
  () => {
    let redis: RedisServer;
    let recorder: Recorder;
    let name = '';
    let made = 0;

    beforeAll(async () => {
      redis = await startRedis();
    });
    afterAll(() => redis?.close());
    beforeEach(() => {
      recorder = createRecorder();
      made += 1;
      name = `mails-${made}`;
    });
    afterEach(() => recorder.close());

    const connection = () => ({ host: '127.0.0.1', port: redis.port, maxRetriesPerRequest: null });

    function queueOf(): Queue {
      const queue = new Queue(name, { connection: connection(), telemetry: bullmqTelemetry() });
      onTestFinished(() => queue.close());
      return queue;
    }

    function workerOf(process: (job: Job) => Promise<unknown>, options: { concurrency?: number } = {}): Worker {
      const worker = new Worker(name, process, { connection: connection(), telemetry: bullmqTelemetry(), ...options });
      worker.on('error', () => undefined);
      onTestFinished(() => worker.close(true));
      return observeWorker(worker);
    }

    const ended = (count = 1): Promise<void> =>
      until(
        () =>
          recorder.lines('job_completed').length + recorder.lines('job_failed').length >= count &&
          recorder.spans(`process ${name}`).length >= count,
      );
    const runs = (status: 'success' | 'failure'): number | undefined =>
      recorder.metric('job_runs_total', { job: name, status });

    it('joins the trace of whoever added a job and of whoever processes it', async () => {
      const queue = queueOf();
      workerOf(async () => {
        log.info('in_processor', { baggage: getBaggage()['tenant'] });
        await new Promise((resolve) => setImmediate(resolve));
        log.info('after_waiting');
        return { password: 'hunter2' };
      });
      await traceOperation('request', () =>
        withBaggage({ tenant: 'a' }, () => queue.add('welcome', { token: 'hunter2', text: 'private words' })),
      );
      await ended();
      const request = recorder.span('request');
      const added = recorder.span(`add ${name}`);
      const processed = recorder.span(`process ${name}`);
      expect(added).toMatchObject({ kind: 'producer', parentSpanId: request.spanId, status: 'unset' });
      expect(processed).toMatchObject({
        kind: 'consumer',
        traceId: request.traceId,
        parentSpanId: added.spanId,
        status: 'unset',
        attributes: {
          'messaging.system': 'bullmq',
          'messaging.destination.name': name,
          'messaging.operation.name': 'process',
          'messaging.message.id': '1',
          'bullmq.job.name': 'welcome',
        },
      });
      expect(recorder.line('in_processor')['baggage']).toBe('a');
      for (const event of ['in_processor', 'after_waiting', 'job_completed']) {
        expect(recorder.line(event)).toMatchObject({ trace_id: request.traceId, span_id: processed.spanId });
      }
      expect(recorder.line('job_completed')).toMatchObject({
        level: 'INFO',
        queue: name,
        job: 'welcome',
        job_id: '1',
        attempt: 1,
      });
      expect(runs('success')).toBe(1);
      expect(recorder.histogram('job_duration_seconds', { job: name })?.count).toBe(1);
      recorder.expectMetric('active_jobs', { job: name }, 0);
      expect(JSON.stringify([recorder.lines(), recorder.spans()])).not.toMatch(/hunter2|private words/);
      // What BullMQ asks and tells Redis by itself is nobody's trace.
      expect(recorder.spans()).toHaveLength(3);
    });

    it('fails the span of a job that fails, with its error', async () => {
      const queue = queueOf();
      workerOf(async () => {
        throw Object.assign(new Error('no mailbox'), { code: 'NO_MAILBOX' });
      });
      await queue.add('welcome', {});
      await ended();
      const span = recorder.span(`process ${name}`);
      expect(span).toMatchObject({ status: 'error', attributes: { 'error.type': 'NO_MAILBOX' } });
      expect(span.events.map((event) => event.name)).toContain('exception');
      expect(recorder.line('job_failed')).toMatchObject({
        level: 'ERROR',
        attempt: 1,
        will_retry: false,
        span_id: span.spanId,
        error: { message: 'no mailbox', code: 'NO_MAILBOX' },
      });
      expect(runs('failure')).toBe(1);
      recorder.expectMetric('active_jobs', { job: name }, 0);
    });

    it('tells attempts apart; all are in the trace of the job', async () => {
      const queue = queueOf();
      workerOf(async (job) => {
        if (job.attemptsMade < 2) throw new Error('busy');
        return getTraceId();
      });
      await traceOperation('request', () => queue.add('welcome', {}, { attempts: 3 }));
      await ended(3);
      expect(
        recorder.lines('job_failed').map(({ level, attempt, will_retry }) => [level, attempt, will_retry]),
      ).toEqual([
        ['WARNING', 1, true],
        ['WARNING', 2, true],
      ]);
      expect(recorder.line('job_completed')['attempt']).toBe(3);
      const { traceId } = recorder.span('request');
      expect(recorder.spans(`process ${name}`).map((span) => [span.traceId, span.status])).toEqual([
        [traceId, 'error'],
        [traceId, 'error'],
        [traceId, 'unset'],
      ]);
      expect([runs('failure'), runs('success')]).toEqual([2, 1]);
      recorder.expectMetric('active_jobs', { job: name }, 0);
    });

    it('knows a job that is not tried again although it could be', async () => {
      const queue = queueOf();
      workerOf(async () => {
        throw new UnrecoverableError('never');
      });
      await queue.add('welcome', {}, { attempts: 5 });
      await ended();
      expect(recorder.line('job_failed')).toMatchObject({ level: 'ERROR', will_retry: false });
    });

    it('waits for a job when the worker is closed, and counts it', async () => {
      const gate = createGate();
      const queue = queueOf();
      const worker = workerOf(() => gate.opened);
      await queue.add('welcome', {});
      await until(() => recorder.metric('active_jobs', { job: name }) === 1);
      const closed = worker.close();
      gate.open();
      await closed;
      expect(runs('success')).toBe(1);
      recorder.expectMetric('active_jobs', { job: name }, 0);
      recorder.expectNoLine('job_abandoned');
    });

    it('tells of a job that a worker left when it was closed by force', async () => {
      const gate = createGate();
      const queue = queueOf();
      const worker = workerOf(() => gate.opened);
      await queue.add('welcome', {});
      await until(() => recorder.metric('active_jobs', { job: name }) === 1);
      await worker.close(true);
      expect(recorder.line('job_abandoned')).toMatchObject({
        level: 'WARNING',
        job: 'welcome',
        job_id: '1',
        attempt: 1,
      });
      recorder.expectMetric('active_jobs', { job: name }, 0);
      gate.open();
      await until(() => recorder.spans(`process ${name}`).length === 1);
      expect([runs('success') ?? 0, runs('failure') ?? 0]).toEqual([0, 0]);
      recorder.expectMetric('active_jobs', { job: name }, 0);
    });

    it('keeps jobs that run at the same time apart, also where the worker was started inside an operation', async () => {
      const queue = queueOf();
      const seen = new Map<string, string | undefined>();
      traceOperation('start', () =>
        workerOf(
          async (job) => {
            await new Promise((resolve) => setImmediate(resolve));
            seen.set(job.name, getTraceId());
          },
          { concurrency: 10 },
        ),
      );
      for (let index = 0; index < 30; index += 1)
        await traceOperation(`request ${index}`, () => queue.add(`j${index}`, {}));
      await ended(30);
      for (const [job, traceId] of seen) expect(traceId).toBe(recorder.span(`request ${job.slice(1)}`).traceId);
      expect(seen.size).toBe(30);
    });

    it('begins a trace of its own for a job that brings none, or nonsense', async () => {
      const plain = new Queue(name, { connection: connection() });
      onTestFinished(() => plain.close());
      const nonsense = ['{', '1', 'null', '{"traceparent":"00-1"}', 'x'.repeat(20_000)];
      await plain.add('bare', {});
      for (const metadata of nonsense) await plain.add('odd', {}, { telemetry: { metadata } });
      traceOperation('start', () => workerOf(async () => undefined));
      await ended(6);
      const spans = recorder.spans(`process ${name}`);
      expect(spans.map(({ parentSpanId }) => parentSpanId)).toEqual(Array(6).fill(undefined));
      expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(6);
    });

    it('carries the trace through flows and many jobs at once', async () => {
      const flows = new FlowProducer({ connection: connection(), telemetry: bullmqTelemetry() });
      onTestFinished(() => flows.close());
      const queue = queueOf();
      workerOf(async () => undefined);
      await traceOperation('request', async () => {
        await queue.addBulk([
          { name: 'a', data: {} },
          { name: 'b', data: {} },
        ]);
        // Of nodes without options BullMQ forgets the trace.
        await flows.add({
          ...{ name: 'parent', queueName: name, opts: {} },
          children: [{ name: 'child', queueName: name, opts: {} }],
        });
      });
      await ended(4);
      const { traceId } = recorder.span('request');
      expect(recorder.spans(`process ${name}`).map((span) => span.traceId)).toEqual(Array(4).fill(traceId));
    });

    it('runs jobs, counts and logs them while tracing is off, and sends nothing along', async () => {
      tracingState.mode = 'off';
      const queue = queueOf();
      let telemetry: unknown;
      observeWorker(
        workerOf(async (job) => {
          telemetry = job.opts.telemetry?.metadata;
        }),
      );
      await queue.add('welcome', {});
      await until(() => recorder.lines('job_completed').length > 0);
      expect(telemetry).toBeUndefined();
      // Observed twice, counted once.
      expect(runs('success')).toBe(1);
      expect(recorder.lines('job_completed')).toHaveLength(1);
      expect(recorder.spans()).toEqual([]);
    });
  },
);

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}
