import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { getLogger } from '../logs/logger.ts';
import { activePipeline, configureLogs } from '../logs/pipeline.ts';
import { traceOperation } from '../tracing/operation.ts';
import { type InitOptions, initObservability, type Observability } from './init-observability.ts';

let folder = '';
let file = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reload-'));
  file = join(folder, 'observability.yaml');
});
afterAll(() => rm(folder, { recursive: true }));

describe('a reload', () => {
  const before = activePipeline.settings;
  const lines: string[] = [];
  let running: Observability | undefined;
  beforeEach(() => lines.splice(0));
  afterEach(async () => {
    await running?.shutdown();
    running = undefined;
    configureLogs(before);
  });

  /** Starts with what is written after `observability:`, and listens in on the lines. */
  async function start(yaml: string, options: InitOptions = {}): Promise<Observability> {
    await write(yaml);
    running = await initObservability({ config: file, env: {}, logTo: 'stderr', ...options });
    const { sink, ...settings } = activePipeline.settings;
    configureLogs({
      ...settings,
      sink: { ...sink, write: (line) => lines.push(line), reopen: () => lines.push('{}') },
    });
    return running;
  }
  const write = (yaml: string): Promise<void> =>
    writeFile(file, `observability:\n${yaml.includes('tracing') ? '' : '  tracing: { enabled: false }\n'}${yaml}`);
  const told = (event: string): Record<string, unknown>[] =>
    lines.map((line) => JSON.parse(line) as Record<string, unknown>).filter((line) => line['event'] === event);

  it('changes the level at once and says so in one line', async () => {
    const { reload } = await start('  logging: { level: INFO }\n');
    const log = getLogger('shop');
    expect(log.isEnabled('DEBUG')).toBe(false);
    await write('  logging: { level: DEBUG }\n');
    expect(await reload()).toEqual({ outcome: 'reloaded', changed: ['logging.level: INFO → DEBUG'], needsRestart: [] });
    expect(log.isEnabled('DEBUG')).toBe(true);
    expect(running?.config.logging.level).toBe('DEBUG');
    expect(running?.origins.get('logging.level')).toMatch(/observability\.yaml:3:21$/);
    expect(told('configuration_reloaded')).toEqual([
      expect.objectContaining({ level: 'INFO', trigger: 'call', changed: ['logging.level: INFO → DEBUG'] }),
    ]);
  });

  it('tells of a level that is raised before it falls silent', async () => {
    const { reload } = await start('  logging: { level: DEBUG }\n');
    await write('  logging: { level: CRITICAL }\n');
    await reload();
    expect(told('configuration_reloaded')).toHaveLength(1);
    expect(getLogger('shop').isEnabled('ERROR')).toBe(false);
  });

  it('changes sampling, throttling, redaction, fields of every line and what is remembered', async () => {
    const { reload } = await start('  logging: {}\n');
    await write(
      [
        '  logging:',
        '    levels: { shop.orders: ERROR }',
        '    sampling: { enabled: true, rate: 0.5 }',
        '    throttling: { burst: 7, window_seconds: 3 }',
        '    debug_on_failure: { enabled: true }',
        '    redact_fields: [iban]',
        '    redaction: { pseudonym_key: hunter2-hunter2-hunter2, list_paths: true }',
        '    default_fields: { team: core }',
        '',
      ].join('\n'),
    );
    const report = await reload();
    expect(report).toMatchObject({ outcome: 'reloaded', needsRestart: [] });
    expect(activePipeline.settings).toMatchObject({
      loggerLevels: { 'shop.orders': 'ERROR' },
      sampling: { enabled: true, rate: 0.5 },
      throttling: { burst: 7, windowMs: 3_000 },
      debugOnFailure: { enabled: true },
      redactFields: ['iban'],
      redaction: { pseudonymKey: 'hunter2-hunter2-hunter2', listPaths: true },
      defaultFields: { team: 'core' },
    });
    expect(JSON.stringify(report)).not.toContain('hunter2');
    expect(lines.join()).not.toContain('hunter2');
  });

  it('changes the sampling of traces where spans are made here', async () => {
    const { reload } = await start('  logging: {}\n', { overrides: { tracing: { enabled: true } } });
    traceOperation('before', {}, (span) => expect(span.traceparent).toMatch(/-01$/));
    await write('  tracing: { sampling: { strategy: probability, probability: 0 } }\n');
    expect(await reload()).toMatchObject({
      changed: ['tracing.sampling.strategy: always_on → probability', 'tracing.sampling.probability: 1 → 0'],
      needsRestart: [],
    });
    traceOperation('after', {}, (span) => expect(span.traceparent).toMatch(/-00$/));
  });

  it('leaves sampling to a restart where tracing was off at the start', async () => {
    const { reload } = await start('  logging: {}\n');
    await write('  tracing: { enabled: false, sampling: { probability: 0.5 } }\n');
    expect(await reload()).toMatchObject({ changed: [], needsRestart: ['tracing.sampling.probability: 1 → 0.5'] });
  });

  it('names what needs a restart, every time, and leaves it as it is', async () => {
    const { reload } = await start('  metrics: { port: 0 }\n');
    await write('  metrics: { port: 1 }\n  service_name: other\n');
    const needsRestart = ['service_name: unknown_service → other', 'metrics.port: 0 → 1'];
    expect(await reload()).toEqual({ outcome: 'reloaded', changed: [], needsRestart });
    expect(await reload()).toEqual({ outcome: 'reloaded', changed: [], needsRestart });
    expect(running?.config.metrics.port).toBe(0);
    expect(activePipeline.settings.serviceName).toBe('unknown_service');
  });

  it('of a wrong file changes nothing and tells all its problems in one line', async () => {
    const { reload, config } = await start('  logging: { level: WARNING }\n');
    const { settings } = activePipeline;
    await write('  loging: {}\n  logging: { level: DEBUGG }\n');
    expect(await reload()).toMatchObject({
      outcome: 'rejected',
      problems: [{}, { key: 'observability.logging.level' }],
    });
    expect(activePipeline.settings).toBe(settings);
    expect(running?.config).toBe(config);
    expect(told('configuration_rejected')).toEqual([
      expect.objectContaining({
        level: 'ERROR',
        problems: [
          expect.stringMatching(/observability\.yaml:3:3 observability\.loging: .*did you mean "logging"/),
          expect.stringMatching(/observability\.yaml:4:21 observability\.logging\.level: .*did you mean "DEBUG"/),
        ],
      }),
    ]);
  });

  it('of a file that is gone changes nothing, and a good one holds again', async () => {
    const { reload } = await start('  logging: { level: WARNING }\n');
    await rm(file);
    expect(await reload()).toMatchObject({ outcome: 'rejected', problems: [{ code: 'OBS_CONFIG_MISSING' }] });
    await write('  logging: { level: ERROR }\n');
    expect(await reload()).toMatchObject({ outcome: 'reloaded' });
    expect(activePipeline.settings.level).toBe('ERROR');
  });

  it('keeps what environment and command line say', async () => {
    const env: Record<string, string> = { LOG_LEVEL: 'WARNING' };
    const { reload } = await start('  logging: { level: INFO, sampling: { rate: 0.3 } }\n', {
      env,
      overrides: { logging: { sampling: { rate: 0.9 } } },
    });
    await write('  logging: { level: DEBUG, sampling: { rate: 0.1 } }\n');
    expect(await reload()).toEqual({ outcome: 'reloaded', changed: [], needsRestart: [] });
    env['LOG_LEVEL'] = 'ERROR';
    expect(await reload()).toMatchObject({ changed: ['logging.level: WARNING → ERROR'] });
  });

  it('opens log files anew, as whoever rotates them asks', async () => {
    const { reload } = await start('');
    await reload();
    expect(lines[0]).toBe('{}');
  });

  it('that is asked for many times at once is done twice at most', async () => {
    const { reload } = await start('');
    await Promise.all(Array.from({ length: 50 }, () => reload()));
    expect(told('configuration_reloaded')).toHaveLength(2);
  });

  it('does nothing after the shutdown', async () => {
    const { reload, shutdown } = await start('  logging: { level: INFO }\n');
    await shutdown();
    await write('  logging: { level: DEBUG }\n');
    expect(await reload()).toEqual({ outcome: 'stopped' });
    expect(activePipeline.settings.level).toBe('INFO');
  });

  it('happens by itself when the file changes, and is told once while the file stays wrong', async () => {
    await start('  logging: { level: INFO }\n');
    await write('  logging: { level: LOUD }\n');
    await vi.waitFor(() => expect(told('configuration_rejected')).toHaveLength(1), { timeout: 15_000, interval: 50 });
    await write('  logging: { level: DEBUG }\n');
    await vi.waitFor(() => expect(told('configuration_reloaded')).toHaveLength(1), { timeout: 15_000, interval: 50 });
    expect(told('configuration_reloaded')).toEqual([expect.objectContaining({ trigger: 'file_change' })]);
    expect(activePipeline.settings.level).toBe('DEBUG');
    expect(told('configuration_rejected')).toHaveLength(1);
  }, 40_000);

  it('by SIGHUP leaves the handlers of the application alone', async () => {
    const own = vi.fn();
    process.on('SIGHUP', own);
    try {
      await start('  logging: { level: INFO }\n');
      await write('  logging: { level: DEBUG }\n');
      process.kill(process.pid, 'SIGHUP');
      await vi.waitFor(() => expect(activePipeline.settings.level).toBe('DEBUG'), { timeout: 5_000 });
      expect(own).toHaveBeenCalledTimes(1);
      await running?.shutdown();
      expect(process.listeners('SIGHUP')).toEqual([own]);
    } finally {
      process.off('SIGHUP', own);
    }
  });
});
