import { scanViewSchema } from '@autotrader/contracts';
import { describe, expect, it } from 'vitest';
import { runAutotrader } from './harness/autotrader.ts';
import { findRecordings } from './harness/machine.ts';
import { useWorkFolder } from './harness/work-folder.ts';

const recordings = findRecordings();

describe.skipIf(recordings === null)('autotrader scan of recorded replies (skipped where they are absent)', () => {
  const args = (format: string) => ['scan', '--market', 'replay', '--recordings', recordings ?? '', '--format', format];

  it.each(['json', 'ndjson', 'table'])('gives the same bytes twice as %s', async (format) => {
    const cwd = await useWorkFolder();
    const [first, second] = [await runAutotrader(args(format), { cwd }), await runAutotrader(args(format), { cwd })];
    expect(first.stdout.length).toBeGreaterThan(500);
    expect(second.stdout).toBe(first.stdout);
    expect(second.code).toBe(first.code);
    expect(first.stderr).toBe('');
  });

  it('finds the tokens of the recordings and scores those with enough to go on', async () => {
    const { stdout, code } = await runAutotrader(args('json'), { cwd: await useWorkFolder() });
    const document = JSON.parse(stdout);
    expect(document.market).toBe('replay');
    expect(document.scans.length).toBeGreaterThan(5);
    for (const scan of document.scans) expect(scanViewSchema.safeParse(scan).error, scan.token.symbol).toBeUndefined();
    const scored = document.scans.filter((scan: { status: string }) => scan.status === 'success');
    expect(scored.length).toBeGreaterThan(0);
    expect(code).toBe(scored.length === document.scans.length ? 0 : 3);
  });
});
