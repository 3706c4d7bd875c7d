import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { counter, gauge, getLogger, histogram, traceOperation } from '../index.ts';
import { activePipeline } from '../logs/pipeline.ts';
import { createRecorder, type Recorder } from './recorder.ts';

const events = counter({ name: 'recorder_test_total', help: 'x', labels: { kind: ['a', 'b'] } });
const level = gauge({ name: 'recorder_test_level', help: 'x' });
const seconds = histogram({ name: 'recorder_test_seconds', help: 'x', buckets: [1] });
const log = getLogger('test');

describe('a recorder', () => {
  let recorder: Recorder;
  beforeEach(() => {
    events.inc({ kind: 'a' }, 5);
    recorder = createRecorder();
  });
  afterEach(() => recorder.close());

  it('finds lines by event and fields', () => {
    log.info('it_happened', { n: 1 });
    log.info('it_happened', { n: 2, list: [1] });
    expect(recorder.line('it_happened', { list: [1] })).toMatchObject({ n: 2 });
    expect(recorder.lines('it_happened')).toHaveLength(2);
  });

  it('says what there was instead', () => {
    expect(() => recorder.line('missing')).toThrow('expected a log line "missing", nothing was recorded');
    log.info('other');
    log.info('other');
    expect(() => recorder.line('missing')).toThrow(/recorded were\n {2}other × 2/);
    expect(() => recorder.line('other', { n: 1 })).toThrow(/"other" with \{"n":1\}, those of that name have\n/);
    traceOperation('work', { attributes: { n: 1 } }, () => undefined);
    expect(() => recorder.span('work', { n: 2 })).toThrow(/finished span "work" with \{"n":2\}.*\n {2}\{"n":1\}/);
  });

  it('counts what grew since it was made, and shows gauges as they are', () => {
    events.inc({ kind: 'a' });
    events.inc({ kind: 'b' }, 2);
    level.set(7);
    seconds.observe(0.5);
    seconds.observe(2);
    expect(recorder.metric('recorder_test_total')).toBe(3);
    expect(recorder.metric('recorder_test_total', { kind: 'a' })).toBe(1);
    expect(recorder.metric('recorder_test_level')).toBe(7);
    expect(recorder.metric('recorder_test_seconds')).toBe(2);
    expect(recorder.metric('recorder_test_seconds_sum')).toBe(2.5);
    expect(recorder.metric('no_such_metric')).toBeUndefined();
  });

  it('shows the series of a metric that is not as expected', () => {
    events.inc({ kind: 'b' });
    expect(() => recorder.expectMetric('recorder_test_total', { kind: 'b' }, 9)).toThrow(
      /expected recorder_test_total\{"kind":"b"\} to be 9, it is 1\n(?:.*\n)* {2}\{"kind":"b"\}/,
    );
    expect(() => recorder.expectMetric('no_such_metric', {}, 1)).toThrow('no metric of that name is declared');
  });

  it('forgets when told to', () => {
    log.info('it_happened');
    events.inc({ kind: 'a' });
    traceOperation('work', {}, () => undefined);
    recorder.clear();
    expect([recorder.lines(), recorder.spans(), recorder.metric('recorder_test_total')]).toEqual([[], [], 0]);
  });

  it('puts everything back when closed, also when nested', () => {
    const outer = activePipeline.settings;
    const inner = createRecorder({ level: 'ERROR' });
    log.info('unseen');
    traceOperation('both', {}, () => undefined);
    inner.close();
    log.info('seen');
    expect(inner.lines()).toEqual([]);
    expect(recorder.lines().map(({ event }) => event)).toEqual(['seen']);
    expect(recorder.spans('both')).toHaveLength(1);
    expect(activePipeline.settings).toBe(outer);
  });
});
