import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scanViewSchema } from '@autotrader/contracts';
import { sharedFolder } from '@autotrader/sources/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runAutotrader } from './harness/autotrader.ts';
import { openSimulator } from './harness/open-simulator.ts';
import { startRecordingProxy } from './harness/recording-proxy.ts';
import { createWorkFolder, removeFolder } from './harness/work-folder.ts';

interface Scan {
  readonly status: string;
  readonly token: { readonly symbol: string };
  readonly verdict?: string;
}

const scansOf = (stdout: string): readonly Scan[] => JSON.parse(stdout).scans;

describe('a replay of what a scan was answered', () => {
  let cwd: string;
  let recorded: Awaited<ReturnType<typeof runAutotrader>>;

  beforeAll(async () => {
    cwd = await createWorkFolder();
    await mkdir(join(cwd, 'recorded'));
    const simulator = await openSimulator({ seed: 8 });
    const proxy = await startRecordingProxy(simulator.url, join(cwd, 'recorded'));
    await writeFile(join(cwd, 'proxied.yaml'), `autotrader:\n  simulator: { url: '${proxy.url}' }\n`);
    recorded = await runAutotrader(['scan', '--config', 'proxied.yaml', '--format', 'json'], { cwd });
    expect(proxy.count).toBeGreaterThan(3);
    await Promise.all([proxy.close(), simulator.close()]);
  });

  afterAll(() => removeFolder(cwd));

  const replay = (format: string) => runAutotrader(['scan', '--recordings', 'recorded', '--format', format], { cwd });

  it.each(['json', 'ndjson', 'table'])('gives the same bytes twice as %s', async (format) => {
    const [first, second] = [await replay(format), await replay(format)];
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(first.stdout.length).toBeGreaterThan(500);
    expect(second).toEqual(first);
  });

  it('judges every token as it was judged then', async () => {
    const verdicts = (stdout: string) =>
      scansOf(stdout)
        .map(({ token, verdict }) => `${token.symbol} ${verdict}`)
        .toSorted();
    // Whatever else was priced on the way, such as a quote token, is found in the recordings too.
    expect(verdicts((await replay('json')).stdout)).toEqual(expect.arrayContaining(verdicts(recorded.stdout)));
  });

  it('names no trace, which would be another one each time', async () => {
    for (const scan of scansOf((await replay('json')).stdout)) expect(scan).toMatchObject({ trace_id: null });
  });
});

const recordings = sharedFolder('recorded');

describe.skipIf(recordings === null)('a replay of real replies (skipped where the recordings are absent)', () => {
  let cwd: string;

  beforeAll(async () => {
    cwd = await createWorkFolder();
  });

  afterAll(() => removeFolder(cwd));

  it('gives the same bytes twice, and scores the tokens with enough to go on', async () => {
    const args = ['scan', '--market', 'replay', '--recordings', recordings ?? '', '--format', 'json'];
    const [first, second] = [await runAutotrader(args, { cwd }), await runAutotrader(args, { cwd })];
    expect(second).toEqual(first);
    expect(first.stderr).toBe('');
    const scans = scansOf(first.stdout);
    expect(scans.length).toBeGreaterThan(5);
    for (const scan of scans) expect(scanViewSchema.safeParse(scan).error, scan.token.symbol).toBeUndefined();
    const scored = scans.filter(({ status }) => status === 'success');
    expect(scored.length).toBeGreaterThan(0);
    expect(first.code).toBe(scored.length === scans.length ? 0 : 3);
  });
});
