import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const toPath = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

const folder = mkdtempSync(join(tmpdir(), 'two-copies-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('two copies of the library in one process log, count and trace as one, and the second start says where the first was', () => {
  const copy = join(folder, 'copy');
  cpSync(toPath('..'), copy, { recursive: true, filter: (path) => !path.endsWith('.test.ts') });
  cpSync(toPath('../../package.json'), join(folder, 'package.json'));
  symlinkSync(toPath('../../../../node_modules'), join(folder, 'node_modules'));
  const config = join(folder, 'observability.yaml');
  writeFileSync(config, 'observability: { logging: { format: json } }\n');

  const script = toPath('./two-copies.fixture.ts');
  const args = ['--import', 'tsx', '--conditions=@autotrader/source', script];
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [...args, pathToFileURL(join(copy, 'index.ts')).href, config],
    {
      encoding: 'utf8',
      timeout: 30_000,
    },
  );
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  const lines = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

  expect(lines).toEqual([
    expect.objectContaining({
      level: 'WARNING',
      event: 'observability_already_initialized',
      service: 'shop',
      first_at: expect.stringContaining('two-copies.fixture.ts:'),
      again_at: expect.stringContaining('two-copies.fixture.ts:'),
    }),
    expect.objectContaining({ logger: 'ours', event: 'said', service: 'shop', same: true }),
    expect.objectContaining({ logger: 'theirs', event: 'said', service: 'shop', orders: 3 }),
    expect.objectContaining({ logger: 'theirs', event: 'inside', trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) }),
  ]);
  expect(lines[3]).toMatchObject({ outer: lines[3]?.['trace_id'], theirs: lines[3]?.['trace_id'] });
}, 40_000);
