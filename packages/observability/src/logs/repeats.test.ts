import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const script = fileURLToPath(new URL('./repeats.fixture.ts', import.meta.url));

for (const how of ['exit', 'natural']) {
  it(`a program that ends (${how}) tells what it repeated`, () => {
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=@autotrader/source', script, how],
      { encoding: 'utf8', timeout: 60_000 },
    );
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(status).toBe(0);
    const same = lines.filter(({ event }) => event === 'same_line');
    expect(same).toHaveLength(101);
    expect(same.at(-1)).toMatchObject({ suppressed_repeats: 50 });
    const atExit = lines.filter(({ event }) => event === 'exit_line');
    const told = atExit.reduce((sum, line) => sum + Number(line['suppressed_repeats'] ?? 1), 0);
    expect(told).toBe(150);
  });
}
