import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toProcess } from './harness/autotrader.ts';
import { findProgram } from './harness/machine.ts';
import { type System, startSystem } from './harness/system.ts';
import { createWorkFolder, removeFolder } from './harness/work-folder.ts';

const chromium = findProgram('chromium', 'chromium-browser', 'google-chrome');

describe.skipIf(chromium === null)('the page in Chromium (skipped without the Debian package chromium)', () => {
  let folder: string;
  let system: System;

  beforeAll(async () => {
    folder = await createWorkFolder();
    system = await startSystem({ folder });
    await system.scanAndWait();
  });

  afterAll(async () => {
    await system.process.stop('SIGKILL');
    await removeFolder(folder);
  });

  it('shows every token with its verdict, and links to metrics and API reference', async () => {
    const html = await dumpDom(system.apiUrl, folder);
    const { tokens } = await system.client.tokens();
    expect(tokens).toHaveLength(10);
    for (const { symbol } of tokens) expect(html).toContain(`>${symbol}<`);
    expect(html).toContain('/api/docs');
    expect(html).toContain('/metrics');
    expect(html.toLowerCase()).toContain('not financial advice');
  });
});

/** The document as the browser has it after its scripts ran. */
async function dumpDom(url: string, profile: string): Promise<string> {
  const args = ['--headless', '--no-sandbox', '--disable-gpu', `--user-data-dir=${profile}/chromium`, '--timeout=8000'];
  const child = spawn(chromium ?? '', [...args, '--virtual-time-budget=4000', '--dump-dom', url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const browser = toProcess(child);
  const giveUp = setTimeout(() => browser.kill('SIGKILL'), 25_000);
  await browser.ended;
  clearTimeout(giveUp);
  return browser.stdout.text;
}
