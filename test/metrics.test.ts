import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '@autotrader/simulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repository, toProcess } from './harness/autotrader.ts';
import { eventually } from './harness/eventually.ts';
import { type Family, readFamilies } from './harness/exposition-lines.ts';
import { findProgram } from './harness/machine.ts';
import { type System, startSystem } from './harness/system.ts';
import { createWorkFolder, removeFolder } from './harness/work-folder.ts';

interface DeclaredMetric {
  readonly name: string;
  readonly type: string;
  readonly labels: readonly { readonly name: string }[];
}

/** Declared metrics that this run cannot make happen, each with the reason. */
const cannotOccurHere: Readonly<Record<string, string>> = {};

const settings = `
  scan: { every: 'off', deadline: 4s }
  worker: { poll: 200ms }
  sources:
    coingecko: &quick { timeout_ms: 1000, breaker_failures: 2, breaker_open_ms: 500, cool_down_ms: 100 }
    dexscreener: *quick
    goplus: *quick`;

function declaredMetrics(): readonly DeclaredMetric[] {
  const document = JSON.parse(readFileSync(join(repository, 'docs', 'metrics.json'), 'utf8'));
  return document.metrics;
}

async function drill(system: System, simulator: Simulator): Promise<void> {
  await system.scanAndWait();
  await system.scanAndWait();
  for (const fault of ['outage', 'rate_limit', 'malformed_json', 'error_body', 'wrong_numbers'] as const) {
    simulator.setFaults([{ fault }]);
    await system.scanAndWait();
  }
  simulator.setFaults([]);
  await eventually('the breakers closed again', async () => {
    await system.scanAndWait();
    const state = readFamilies(await system.scrape()).get('circuit_breaker_state');
    return state?.samples.every(({ value }) => value === 0) || undefined;
  });
  await fetch(new URL('/api/tokens/NOPE', system.apiUrl));
  await fetch(new URL('/api/scans', system.apiUrl), {
    method: 'POST',
    body: '{',
    headers: { 'content-type': 'application/json' },
  });
}

describe('metrics of the running system after a full scan and a drill of faults', () => {
  let folder: string;
  let simulator: Simulator;
  let system: System;
  let text: string;
  let families: ReadonlyMap<string, Family>;

  beforeAll(async () => {
    folder = await createWorkFolder();
    simulator = await startSimulator({ seed: 11 });
    system = await startSystem({ folder, simulator, settings });
    await drill(system, simulator);
    text = await system.scrape();
    families = readFamilies(text);
  }, 120_000);

  afterAll(async () => {
    await system?.process.stop('SIGKILL');
    await simulator?.close();
    await removeFolder(folder);
  });

  it('every declared metric has a sample, but for those that cannot occur here', () => {
    const silent = declaredMetrics().filter(({ name }) => (families.get(name)?.samples.length ?? 0) === 0);
    expect(silent.map(({ name }) => name).toSorted()).toEqual(Object.keys(cannotOccurHere).toSorted());
  });

  it('nothing is exposed that is not declared, nor under another type', () => {
    const declared = new Map(declaredMetrics().map(({ name, type }) => [name, type]));
    const strangers = [...families].filter(([name, { type }]) => declared.get(name) !== type);
    expect(strangers.map(([name]) => name)).toEqual([]);
  });

  it('a sample has exactly the labels that were declared', () => {
    for (const { name, labels } of declaredMetrics()) {
      const expected = labels.map((label) => label.name).toSorted();
      for (const sample of families.get(name)?.samples ?? []) {
        const found = [...sample.labels.matchAll(/([a-zA-Z_]\w*)="/g)].map(([, label]) => label);
        expect(found.filter((label) => label !== 'le' && label !== 'quantile').toSorted(), name).toEqual(expected);
      }
    }
  });

  it('no label value is an address, a URL or a path with an id in it', () => {
    for (const [name, { samples }] of families) {
      for (const { labels } of samples) expect(labels, name).not.toMatch(/0x[0-9a-f]{6}|https?:|\/NOPE/i);
    }
  });

  it.skipIf(findProgram('promtool') === null)('promtool finds nothing to complain about', async () => {
    const child = spawn('promtool', ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
    const promtool = toProcess(child);
    child.stdin.end(text);
    const { code } = await promtool.ended;
    expect({ code, says: promtool.stderr.text + promtool.stdout.text }).toEqual({ code: 0, says: '' });
  });
});
