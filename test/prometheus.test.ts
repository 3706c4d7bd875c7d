import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository } from './harness/autotrader.ts';
import { eventually } from './harness/eventually.ts';
import { findProgram } from './harness/machine.ts';
import { type Prometheus, startPrometheus } from './harness/prometheus.ts';
import { type System, startSystem } from './harness/system.ts';
import { createWorkFolder, removeFolder } from './harness/work-folder.ts';

const binary = findProgram('prometheus');

describe.skipIf(binary === null)('a real Prometheus (skipped without the Debian package prometheus)', () => {
  let folder: string;
  let system: System;
  let prometheus: Prometheus;

  beforeAll(async () => {
    folder = await createWorkFolder();
    system = await startSystem({ folder });
    await system.scanAndWait();
    prometheus = await startPrometheus(binary ?? '', join(folder, 'prometheus'), new URL(system.metricsUrl).host);
  }, 60_000);

  afterAll(async () => {
    await Promise.all([prometheus?.process.stop('SIGKILL'), system?.process.stop('SIGKILL')]);
    await removeFolder(folder);
  });

  it('finds the target up', async () => {
    const target = await eventually('a healthy scrape', async () => {
      const { data } = await prometheus.get('/api/v1/targets');
      return data.activeTargets.find(({ health }) => health === 'up');
    });
    expect(target).toMatchObject({ lastError: '', labels: { job: 'autotrader' } });
  });

  it('loads every rule and evaluates it without an error', async () => {
    const files = await readdir(join(repository, 'deploy', 'prometheus', 'alerts'));
    const shipped = files.filter((name) => name.endsWith('.rules.yml'));
    const groups = await eventually('evaluated rules', async () => {
      const { data } = await prometheus.get('/api/v1/rules');
      const rules = data.groups.flatMap(({ rules }) => rules);
      return rules.every(({ health }) => health !== 'unknown') ? data.groups : undefined;
    });
    expect(new Set(groups.map(({ file }) => file)).size).toBe(shipped.length);
    for (const rule of groups.flatMap(({ rules }) => rules)) {
      expect(rule).toMatchObject({ health: 'ok' });
      expect(rule.lastError ?? '').toBe('');
    }
  });

  it.each([
    'up{job="autotrader"}',
    'sum(scan_requests_total{status="success"})',
    'histogram_quantile(0.95, sum by (le) (scan_duration_seconds_bucket))',
    'sum by (source) (data_source_requests_total)',
    'circuit_breaker_state',
    'worker_queue_depth',
    'process_resident_memory_bytes',
  ])('answers %s with numbers', async (promql) => {
    const result = await eventually(promql, async () => {
      const found = await prometheus.query(promql);
      return found.length > 0 ? found : undefined;
    });
    for (const { value } of result) expect(Number.isFinite(Number(value[1])), promql).toBe(true);
  });

  it('counts what the system says it did', async () => {
    const { scans } = await system.client.scans({ limit: 500 });
    const ended = scans.filter(({ state }) => state === 'success').length;
    const [total] = await eventually('the total', async () => {
      const found = await prometheus.query('sum(scan_requests_total)');
      return Number(found[0]?.value[1]) >= ended ? found : undefined;
    });
    expect(Number(total?.value[1])).toBeGreaterThanOrEqual(ended);
  });
});
