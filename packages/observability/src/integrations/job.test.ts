import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { getLogger, getSpanId, injectTraceHeaders, traceOperation } from '../index.ts';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { tracingState } from '../tracing/tracing-state.ts';
import { createGate } from './http-contract.fixture.ts';
import { observeJob, wrapJob } from './job.ts';

const log = getLogger('app');
const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;

describe('observeJob', () => {
  let recorder: Recorder;

  beforeEach(() => {
    recorder = createRecorder();
  });
  afterEach(() => recorder.close());

  const busy = (): Error => Object.assign(new Error('store is busy'), { code: 'STORE_BUSY' });
  const runs = (job: string, status: 'success' | 'failure'): number | undefined =>
    recorder.metric('job_runs_total', { job, status });
  const active = (job: string): number | undefined => recorder.metric('active_jobs', { job });

  it('runs, counts, times, traces and logs a job that answers at once', () => {
    const result = observeJob('reindex', () => {
      log.info('in_job');
      expect(active('reindex')).toBe(1);
      return 7;
    });
    expect(result).toBe(7);
    const span = recorder.span('job reindex');
    expect(span).toMatchObject({ kind: 'internal', status: 'unset', attributes: { 'job.name': 'reindex' } });
    expect(recorder.line('in_job')['span_id']).toBe(span.spanId);
    expect(recorder.line('job_completed')).toMatchObject({ level: 'INFO', job: 'reindex', span_id: span.spanId });
    expect(recorder.line('job_completed')['duration_ms']).toBeGreaterThanOrEqual(0);
    expect([runs('reindex', 'success'), active('reindex')]).toEqual([1, 0]);
    expect(recorder.histogram('job_duration_seconds', { job: 'reindex' })?.count).toBe(1);
  });

  it('lasts as long as what was promised', async () => {
    const gate = createGate();
    const running = observeJob('mail', async (span) => {
      await gate.opened;
      span.setAttributes({ 'mail.count': 3 });
      return getSpanId();
    });
    expect([active('mail'), runs('mail', 'success') ?? 0]).toEqual([1, 0]);
    expect(recorder.spans()).toEqual([]);
    gate.open();
    expect(await running).toBe(recorder.span('job mail').spanId);
    expect(recorder.span('job mail').attributes['mail.count']).toBe(3);
    expect([active('mail'), runs('mail', 'success')]).toEqual([0, 1]);
  });

  it.each([
    [
      'throws',
      () => {
        throw busy();
      },
    ],
    ['rejects', () => Promise.reject(busy())],
  ])('fails with the error of a job that %s, which comes through unchanged', async (how, work) => {
    const job = `bad ${how}`;
    await expect(async () => observeJob(job, work)).rejects.toMatchObject({ code: 'STORE_BUSY' });
    expect(recorder.span(`job ${job}`)).toMatchObject({ status: 'error', attributes: { 'error.type': 'STORE_BUSY' } });
    expect(recorder.line('job_failed')).toMatchObject({
      level: 'ERROR',
      job,
      error: { code: 'STORE_BUSY', message: 'store is busy' },
    });
    expect([runs(job, 'failure'), runs(job, 'success') ?? 0, active(job)]).toEqual([1, 0, 0]);
    expect(recorder.lines('job_failed')).toHaveLength(1);
  });

  it('continues the trace of whoever queued it', async () => {
    observeJob('continued', { parent: traceparent }, () => undefined);
    expect(recorder.span('job continued')).toMatchObject({
      kind: 'consumer',
      traceId,
      parentSpanId: 'b7ad6b7169203331',
    });
    const queued = traceOperation('request', () => injectTraceHeaders({}));
    await observeJob('queued', { parent: queued }, async () => undefined);
    expect(recorder.span('job queued').parentSpanId).toBe(recorder.span('request').spanId);
    observeJob('odd', { parent: 'nonsense' }, () => undefined);
    expect(recorder.span('job odd').parentSpanId).toBeUndefined();
  });

  it('says on span and line what else is known, without its secrets', () => {
    observeJob('paid', { attributes: { 'messaging.message.id': 'm1', password: 'hunter2' } }, () => undefined);
    expect(recorder.span('job paid').attributes).toMatchObject({ 'messaging.message.id': 'm1', 'job.name': 'paid' });
    expect(recorder.line('job_completed')['messaging.message.id']).toBe('m1');
    expect(JSON.stringify([recorder.lines(), recorder.spans()])).not.toContain('hunter2');
  });

  it('keeps runs at the same time apart', async () => {
    const gate = createGate();
    const ids = Array.from({ length: 40 }, (_, index) =>
      observeJob('many', async () => {
        await gate.opened;
        if (index % 4 === 0) throw busy();
        return getSpanId();
      }),
    );
    expect(active('many')).toBe(40);
    gate.open();
    const settled = await Promise.allSettled(ids);
    const seen = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(new Set(seen).size).toBe(30);
    expect([runs('many', 'success'), runs('many', 'failure'), active('many')]).toEqual([30, 10, 0]);
  });

  it('counts and logs also while tracing is off', async () => {
    tracingState.mode = 'off';
    expect(await observeJob('untraced', async () => 'done')).toBe('done');
    expect(runs('untraced', 'success')).toBe(1);
    recorder.expectLine('job_completed', { job: 'untraced' });
    expect(recorder.spans()).toEqual([]);
  });

  it('wraps a function, whose this, arguments and result are its own', async () => {
    const shop = {
      name: 'a',
      close: wrapJob('close', async function close(this: { name: string }, day: number, ...rest: string[]) {
        return `${this.name}${day}${rest.join('')}`;
      }),
    };
    expect(await shop.close(3, 'x', 'y')).toBe('a3xy');
    await shop.close(4);
    expect(runs('close', 'success')).toBe(2);
    expect(recorder.spans('job close')).toHaveLength(2);
  });

  // Last, because the names it takes are not given back.
  it('makes few series of names made at run time', () => {
    for (let index = 0; index < 1_000; index += 1) observeJob(`job-${index}`, () => undefined);
    expect(recorder.series('job_runs_total').length).toBeLessThan(320);
    expect(recorder.metric('job_runs_total', { job: '__other__' })).toBeGreaterThan(600);
  });
});
