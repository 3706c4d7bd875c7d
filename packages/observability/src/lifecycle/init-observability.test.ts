import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { activePipeline, configureLogs } from '../logs/pipeline.ts';
import { defaultRegistry, histogram } from '../metrics/default-registry.ts';
import { createRecorder } from '../testing/recorder.ts';
import { traceOperation } from '../tracing/operation.ts';
import { tracingState } from '../tracing/tracing-state.ts';
import { initObservability, type Observability } from './init-observability.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'init-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('initObservability', () => {
  const before = activePipeline.settings;
  let running: Observability | undefined;
  afterEach(async () => {
    await running?.shutdown();
    running = undefined;
    configureLogs(before);
  });

  async function start(yaml = '', overrides: object = {}): Promise<Observability> {
    const config = join(folder, 'observability.yaml');
    await writeFile(config, yaml);
    running = await initObservability({ config, overrides, env: {}, logTo: 'stderr' });
    return running;
  }

  it('gives the configuration and where each value came from', async () => {
    const { config, origins } = await start('observability:\n  service_name: shop\n', {
      logging: { level: 'CRITICAL' },
    });
    expect(config).toMatchObject({ service_name: 'shop', logging: { level: 'CRITICAL' } });
    expect(origins.get('service_name')).toMatch(/observability\.yaml:2:17$/);
    expect(origins.get('logging.level')).toBe('command line');
    expect(activePipeline.settings).toMatchObject({ serviceName: 'shop', level: 'CRITICAL' });
  });

  it('starts nothing when the configuration is wrong, and can be called again', async () => {
    await expect(start('observability:\n  loging: {}\n')).rejects.toMatchObject({ code: 'OBS_CONFIG_INVALID' });
    expect(activePipeline.settings).toBe(before);
    await start('', { logging: { level: 'CRITICAL' } });
    expect(activePipeline.settings.level).toBe('CRITICAL');
  });

  it('takes back what it had started when a part fails, and can be called again', async () => {
    const broken = vi.spyOn(defaultRegistry(), 'overrideBuckets').mockImplementation(() => {
      throw new RangeError('no such bounds');
    });
    const quiet = { logging: { level: 'CRITICAL' }, tracing: { exporters: { console: { enabled: true } } } };
    await expect(start('', quiet)).rejects.toThrow('no such bounds');
    expect(activePipeline.settings).toBe(before);
    expect(tracingState.mode).not.toBe('own');
    expect(process.listeners('SIGHUP')).toEqual([]);
    broken.mockRestore();
    await start('', quiet);
    expect(tracingState.mode).toBe('own');
  });

  it('says in one line which variables have no effect', async () => {
    const path = join(folder, 'lines.log');
    running = await initObservability({
      env: { OTEL_PROPAGATORS: 'b3', OTEL_BLRP_SCHEDULE_DELAY: '5' },
      overrides: { logging: { outputs: { standard: { enabled: false }, file: { enabled: true, path } } } },
    });
    await running.shutdown();
    const lines = (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({
      level: 'WARNING',
      event: 'environment_variables_ignored',
      variables: [
        expect.stringMatching(/^environment OTEL_PROPAGATORS: .*b3/),
        expect.stringMatching(/^environment OTEL_BLRP_SCHEDULE_DELAY: /),
      ],
    });
  });

  it('shows how many lines wait for their reader, once per start', async () => {
    for (let time = 0; time < 2; time += 1) {
      running = await initObservability({ env: {}, overrides: { logging: { level: 'CRITICAL' } } });
      const { settings } = activePipeline;
      configureLogs({ ...settings, sink: { ...settings.sink, write: () => undefined, waiting: () => 3 } });
      await defaultRegistry().collect();
      expect(defaultRegistry().value('telemetry_queue_size', { signal: 'logs' })).toBe(3);
      configureLogs(settings);
      await running?.shutdown();
    }
  });

  it('limits what a span holds', async () => {
    const path = join(folder, 'spans.log');
    running = await initObservability({
      env: {
        OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT: '2',
        OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT: '5',
        OTEL_SPAN_EVENT_COUNT_LIMIT: '1',
      },
      overrides: {
        logging: { outputs: { standard: { enabled: false }, file: { enabled: true, path } } },
        tracing: { exporters: { console: { enabled: true } } },
      },
    });
    traceOperation('work', { attributes: { one: 'abcdefgh', two: 2, three: 3 } }, (span) => {
      span.addEvent('first');
      span.addEvent('second');
    });
    await running.shutdown();
    const lines = (await readFile(path, 'utf8'))
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ attributes: { one: 'abcde', two: 2 } });
    expect(lines[0].attributes).not.toHaveProperty('three');
    expect(JSON.stringify(lines[0])).not.toContain('first');
  });

  it('warns on a second call, says where the first was, and gives the same', async () => {
    const first = await start('', { logging: { level: 'CRITICAL' } });
    const recorder = createRecorder();
    const second = await initObservability({ env: {}, overrides: { service_name: 'other' } });
    recorder.close();
    expect(second).toBe(first);
    expect(recorder.line('observability_already_initialized')).toMatchObject({
      level: 'WARNING',
      first_at: expect.stringContaining('init-observability.test.ts'),
      again_at: expect.stringContaining('init-observability.test.ts'),
    });
  });

  it('shows process metrics while it runs, and what it was built from', async () => {
    await start('observability:\n  version: 4.5.6\n', { logging: { level: 'CRITICAL' } });
    const text = await defaultRegistry().render();
    expect(text).toContain('process_cpu_seconds_total');
    expect(text).toContain('build_info{version="4.5.6"');
    await running?.shutdown();
    expect(await defaultRegistry().render()).not.toContain('process_cpu_seconds_total');
  });

  it('gives histograms the configured buckets and the active trace as exemplar', async () => {
    await start('', {
      logging: { level: 'CRITICAL' },
      metrics: { histogram_buckets: { init_test_seconds: [1, 2] } },
    });
    const seconds = histogram({ name: 'init_test_seconds', help: 'x', buckets: [5] });
    const traceId = traceOperation('work', {}, (span) => {
      seconds.observe(1.5);
      return span.traceId;
    });
    const text = await defaultRegistry().render({ format: 'openmetrics' });
    expect(text).toContain(`init_test_seconds_bucket{le="2.0"} 1 # {trace_id="${traceId}"`);
  });

  it('makes no spans when tracing is off', async () => {
    await start('', { logging: { level: 'CRITICAL' }, tracing: { enabled: false } });
    expect(traceOperation('work', {}, (span) => span.traceId)).toBeUndefined();
  });

  it('traces again when it is started again after a shutdown', async () => {
    const quiet = { logging: { level: 'CRITICAL' } };
    await (await start('', quiet)).shutdown();
    await start('', { ...quiet, tracing: { sampling: { strategy: 'probability', probability: 0 } } });
    traceOperation('work', {}, (span) => expect(span.traceparent).toMatch(/-00$/));
    expect(tracingState.mode).toBe('own');
  });

  const dead = { tracing: { exporters: { otlp: { enabled: true, endpoint: 'http://127.0.0.1:1' } } } };

  it('counts the spans that were lost where there is no disk to keep them', async () => {
    const { shutdown } = await start('', {
      ...dead,
      logging: { level: 'CRITICAL' },
      export: { spool: { enabled: false } },
    });
    for (let count = 0; count < 10; count += 1) traceOperation('work', {}, () => undefined);
    expect(await shutdown()).toMatchObject({
      spansSent: 0,
      spansLost: 10,
      spooled: { traces: 0 },
      lost: { traces: 10 },
    });
  });

  it('keeps spans on the disk that nobody takes, until the next start that has a receiver', async () => {
    const spool = { directory: join(folder, 'spool') };
    const { shutdown } = await start('', { ...dead, logging: { level: 'CRITICAL' }, export: { spool } });
    for (let count = 0; count < 10; count += 1) traceOperation('work', {}, () => undefined);
    expect(await shutdown()).toMatchObject({ flushed: { traces: 0 }, spooled: { traces: 10 }, lost: { traces: 0 } });
    expect(defaultRegistry().value('telemetry_spooled_bytes', {})).toBeGreaterThan(0);
    expect(await (await start('', { ...dead, export: { spool } })).shutdown()).toMatchObject({
      spooled: { traces: 10 },
    });
  });

  it('shows how much waits for receivers', async () => {
    await start('', { ...dead, logging: { level: 'CRITICAL' }, export: { spool: { enabled: false } } });
    for (let count = 0; count < 10; count += 1) traceOperation('work', {}, () => undefined);
    await defaultRegistry().collect();
    expect(defaultRegistry().value('telemetry_queue_size', { signal: 'traces' })).toBe(10);
  });

  it('shuts down once, however often it is asked', async () => {
    const { shutdown } = await start('', { logging: { level: 'CRITICAL' } });
    const [first, second] = await Promise.all([shutdown(), shutdown()]);
    expect(first).toBe(second);
    expect(first).toMatchObject({ spansSent: 0, spansLost: 0 });
  });
});
