import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultRegistry } from '../metrics/default-registry.ts';
import { createRecorder, type Recorder } from '../testing/recorder.ts';
import { traceOperation } from '../tracing/operation.ts';
import { logLevels } from './level.ts';
import { getLogger } from './logger.ts';
import { activePipeline, configureLogs } from './pipeline.ts';

describe('a logger', () => {
  const log = getLogger('a.b', { bound: 1 });
  let recorder: Recorder;

  beforeEach(() => {
    recorder = createRecorder();
  });
  afterEach(() => recorder.close());

  it('writes each level under its name', () => {
    log.debug('one');
    log.info('two');
    log.warning('three');
    log.error('four');
    log.critical('five');
    expect(recorder.lines().map(({ level, event }) => [level, event])).toEqual([
      ['DEBUG', 'one'],
      ['INFO', 'two'],
      ['WARNING', 'three'],
      ['ERROR', 'four'],
      ['CRITICAL', 'five'],
    ]);
    for (const level of logLevels) recorder.expectMetric('log_events_total', { level }, 1);
  });

  it('made at module level takes over settings made later', () => {
    configureLogs({ ...activePipeline.settings, serviceName: 'later' });
    log.info('it_happened');
    expect(recorder.line('it_happened')).toMatchObject({ service: 'later', bound: 1, logger: 'a.b' });
  });

  it('adds bound fields, the latest winning, without changing the logger it came from', () => {
    const bound = log.bind({ job: 'x', bound: 2 });
    bound.info('inner', { job: 'y' });
    log.info('outer');
    expect(recorder.line('inner')).toMatchObject({ job: 'y', bound: 2 });
    expect(recorder.line('outer')).toMatchObject({ bound: 1 });
    expect(recorder.line('outer')).not.toHaveProperty('job');
  });

  it('survives bound fields that cannot be read', () => {
    log
      .bind({
        get bad() {
          throw new Error('no');
        },
      })
      .info('it_happened');
    expect(recorder.line('it_happened')).toMatchObject({ bad: '[getter threw]' });
  });

  it('writes exceptions with fields', () => {
    log.exception('it_failed', new RangeError('too far'), { attempt: 2 });
    expect(recorder.line('it_failed')).toMatchObject({
      level: 'ERROR',
      attempt: 2,
      error: { type: 'RangeError', message: 'too far' },
    });
  });

  it('carries the ids of the span it is called in, across awaits', async () => {
    await traceOperation('work', {}, async (span) => {
      await Promise.resolve();
      await new Promise((resolve) => setImmediate(resolve));
      log.info('inside');
      expect(recorder.line('inside')).toMatchObject({ trace_id: span.traceId, span_id: span.spanId });
    });
    log.info('outside');
    expect(recorder.line('outside')).not.toHaveProperty('trace_id');
  });

  it('touches nothing when its level is off', () => {
    configureLogs({ ...activePipeline.settings, level: 'ERROR' });
    const fields = {
      get never() {
        throw new Error('read');
      },
    };
    log.debug('x', fields);
    log.warning('x', fields);
    expect(recorder.lines()).toEqual([]);
    expect(log.isEnabled('WARNING')).toBe(false);
    expect(log.isEnabled('ERROR')).toBe(true);
  });

  it('counts what it removed', () => {
    log.info('it_happened', { token: 'x', nested: { password: 'y' } });
    recorder.expectMetric('redactions_total', { sink: 'log' }, 2);
  });

  it('counts a line it could not write and never throws', () => {
    const { settings } = activePipeline;
    const write = (): void => {
      throw new Error('broken sink');
    };
    configureLogs({ ...settings, sink: { ...settings.sink, write } });
    expect(() => log.info('x')).not.toThrow();
    recorder.expectMetric('telemetry_dropped_total', { signal: 'logs', reason: 'write_failed' }, 1);
  });

  it('samples whole traces and never warnings', async () => {
    configureLogs({ ...activePipeline.settings, sampling: { enabled: true, rate: 0.5 }, random: () => 0.7 });
    log.info('outside');
    log.warning('outside_warning');
    for (let trace = 0; trace < 200; trace += 1) {
      traceOperation('work', {}, () => {
        log.info('first');
        log.debug('second');
        log.error('third');
      });
    }
    expect(recorder.lines('outside')).toEqual([]);
    expect(recorder.lines('outside_warning')).toHaveLength(1);
    expect(recorder.lines('third')).toHaveLength(200);
    const first = recorder.lines('first').map((line) => line['trace_id']);
    expect(first).toEqual(recorder.lines('second').map((line) => line['trace_id']));
    expect(first.length).toBeGreaterThan(50);
    expect(first.length).toBeLessThan(150);
    const held = recorder.metric('log_events_suppressed_total', { reason: 'sampled' });
    expect(held).toBe(1 + 2 * (200 - first.length));
  });
});

it('what the pipeline counts is declared in the default registry', () => {
  const names = defaultRegistry()
    .describe()
    .map(({ name }) => name);
  expect(names).toEqual(
    expect.arrayContaining(['log_events_total', 'log_events_suppressed_total', 'redactions_total']),
  );
});
