import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Simulator } from '@autotrader/simulator';
import type { Token } from '@autotrader/sources';
import { expect, it, onTestFinished } from 'vitest';
import { openSimulator } from './harness/open-simulator.ts';
import { startOtlpReceiver } from './harness/otlp-receiver.ts';
import { startSystem } from './harness/system.ts';
import { useWorkFolder } from './harness/work-folder.ts';

const secrets = {
  AUTOTRADER_API_TOKEN: 'tkn-9f3c1e7a5b8d2046-api',
  COINGECKO_API_KEY: 'CG-5e1f0c9b7a3d2846secret',
  GOPLUS_API_KEY: 'gp-77aa33cc55ee1100secret',
  OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer otlp-31d5b7f90a2c4e68',
};
const forbidden = Object.values(secrets).map((value) => value.replace(/^authorization=Bearer /, ''));

/** The real market's own path, where keys are sent, with the simulator in the place of the hosts. */
function settingsFor(simulator: Simulator): string {
  const source = (name: string) => `base_url: '${simulator.baseUrls[name]}'`;
  return `
  market: live
  watchlist: watchlist.yaml
  scan: { every: 'off' }
  sources:
    coingecko: { ${source('coingecko')}, api_key: '\${COINGECKO_API_KEY:}' }
    dexscreener: { ${source('dexscreener')} }
    goplus: { ${source('goplus')}, api_key: '\${GOPLUS_API_KEY:}' }`;
}

function toEntry({ symbol, contract, coingeckoId }: Token) {
  return { symbol, ...(contract && { contract }), ...(coingeckoId && { coingecko_id: coingeckoId }) };
}

it('no secret of the environment leaves through any sink, neither in good times nor in bad', async () => {
  const folder = await useWorkFolder();
  const receiver = await startOtlpReceiver();
  const simulator = await openSimulator({ seed: 5 });
  onTestFinished(async () => void (await Promise.all([receiver.close(), simulator.close()])));
  await writeFile(
    join(folder, 'watchlist.yaml'),
    JSON.stringify({ tokens: simulator.watchlist.slice(0, 4).map(toEntry) }),
  );
  const system = await startSystem({
    folder,
    settings: settingsFor(simulator),
    env: { ...secrets, LOG_LEVEL: 'DEBUG', OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url },
  });
  onTestFinished(async () => void (await system.process.stop('SIGKILL')));
  await system.scanAndWait();
  simulator.setFaults([
    { fault: 'outage', source: 'coingecko' },
    { fault: 'malformed_json', source: 'goplus' },
  ]);
  await system.scanAndWait();

  const authorization = { authorization: `Bearer ${secrets.AUTOTRADER_API_TOKEN}` };
  const seen = new Map<string, string>();
  for (const path of ['/', '/api/tokens', '/api/scans', '/api/openapi.json', '/health', '/api/nothing']) {
    seen.set(path, await (await fetch(new URL(path, system.apiUrl), { headers: authorization })).text());
  }
  const { scans } = await system.client.scans({ limit: 30 });
  for (const { id } of scans) seen.set(id, JSON.stringify(await system.client.scan(id)));
  seen.set('metrics', await system.scrape());
  seen.set(
    'refused',
    await (
      await fetch(new URL('/api/scans', system.apiUrl), {
        method: 'POST',
        headers: { authorization: `Bearer ${secrets.COINGECKO_API_KEY}`, 'content-type': 'application/json' },
        body: '{}',
      })
    ).text(),
  );
  expect((await system.process.stop()).code).toBe(0);
  seen.set('stdout', system.process.stdout.text);
  seen.set('stderr', system.process.stderr.text);
  seen.set('spans', receiver.bodies.join('\n'));
  for (const file of await readdir(join(folder, 'data'))) {
    seen.set(file, await readFile(join(folder, 'data', file), 'latin1'));
  }

  expect(receiver.spans.length).toBeGreaterThan(20);
  expect(seen.get('stdout')).toContain('scan_completed');
  for (const [sink, text] of seen) {
    for (const secret of forbidden) expect(text.includes(secret), `${sink} shows ${secret}`).toBe(false);
  }
});
