import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type RecordedReply, recordingReaders } from '@autotrader/sources/fakes';
import { sharedFolder } from '@autotrader/sources/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../simulator.ts';
import { parseIndex } from './index-table.ts';
import { readRecordings } from './read-recordings.ts';
import { type Replay, startReplay } from './replay.ts';

const recorded = sharedFolder('recorded');
const open: { close(): Promise<void> }[] = [];
const folders: string[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function start(recordings: string): Promise<Replay> {
  const replay = await startReplay({ recordings });
  open.push(replay);
  return replay;
}

/** A folder with these files; values that are not text are written as JSON. */
async function folderOf(files: Record<string, unknown>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'recordings-'));
  folders.push(folder);
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

interface Given {
  readonly url: string;
  readonly body: unknown;
  readonly status?: number;
  readonly at?: string;
}

function recording({ url, body, status = 200, at = '2026-03-01T10:00:00.000Z' }: Given): unknown {
  return {
    request: { method: 'GET', url, body: null },
    response: { status, headers: { 'Content-Type': 'application/json' }, body },
    recorded_at: at,
  };
}

const get = async (replay: Replay, source: string, path: string) => {
  const reply = await fetch(`${replay.baseUrls[source]}${path}`);
  return { status: reply.status, body: JSON.parse(await reply.text()) };
};

const row = (id: string, price: number, updated: string) => ({
  id,
  symbol: id.slice(0, 3),
  name: id,
  current_price: price,
  market_cap: price * 1_000,
  last_updated: updated,
});

const gecko = 'https://api.coingecko.com/api/v3';
const screener = 'https://api.dexscreener.com';
const plus = 'https://api.gopluslabs.io/api/v1';
const address = `0x${'ab'.repeat(20)}`;

const pair = (chainId: string, pairAddress: string, priceUsd: string) => ({
  chainId,
  pairAddress,
  baseToken: { address, name: 'Vorum', symbol: 'VORUM' },
  quoteToken: { address: '0x01', name: 'USD Coin', symbol: 'USDC' },
  priceUsd,
});

describe('parseIndex', () => {
  it('reads rows, companions and recording times, and passes over prose', () => {
    const rows = parseIndex(
      [
        '# Index',
        '| file | endpoint | status |',
        '|---|---|---|',
        '| `a/x.json` +http | `GET https://h/p?a={b}` | 200 | text (recorded_at 2026-09-20T06:33:28Z) |',
        '| `a/y.json` | `POST https://h/p` | 404 | 1 \\| 2 |',
      ].join('\n'),
    );
    expect(rows).toEqual([
      {
        file: 'a/x.json',
        hasCompanion: true,
        method: 'GET',
        url: 'https://h/p?a={b}',
        status: 200,
        recordedAtMs: Date.UTC(2026, 8, 20, 6, 33, 28),
      },
      { file: 'a/y.json', hasCompanion: false, method: 'POST', url: 'https://h/p', status: 404 },
    ]);
  });
});

describe('a folder of exchanges', () => {
  it('answers the question that was asked with the reply that was given', async () => {
    const url = `${gecko}/coins/markets?vs_currency=usd&ids=vorum`;
    const replay = await start(
      await folderOf({ 'a.http.json': recording({ url, body: [row('vorum', 2, '2026-03-01')] }) }),
    );
    const asked = await get(replay, 'coingecko', '/coins/markets?ids=vorum&vs_currency=usd');
    expect(asked).toEqual({ status: 200, body: [row('vorum', 2, '2026-03-01')] });
  });

  it('answers another question from what all recordings say: the newest row of each coin', async () => {
    const replay = await start(
      await folderOf({
        'deep/down/b.http.json': recording({
          url: `${gecko}/coins/markets?vs_currency=usd&page=1`,
          body: [row('vorum', 5, '2026-03-02'), row('kelam', 1, '2026-03-02')],
        }),
        'z.http.json': recording({
          url: `${gecko}/coins/markets?vs_currency=usd&page=2`,
          body: [row('vorum', 4, '2026-03-01'), row('sipon', 9, '2026-03-01')],
        }),
      }),
    );
    const { body } = await get(replay, 'coingecko', '/coins/markets?vs_currency=usd&ids=vorum,sipon,nobody');
    expect(body.map((found: { id: string; current_price: number }) => [found.id, found.current_price])).toEqual([
      ['sipon', 9],
      ['vorum', 5],
    ]);
    expect(await get(replay, 'coingecko', '/coins/vorum')).toEqual({ status: 404, body: { error: 'coin not found' } });
  });

  it('finds a pair of any DexScreener reply by chain and address, the newest recording of each pool', async () => {
    const all = { schemaVersion: '1.0.0', pairs: [pair('ethereum', '0xP1', '1'), pair('pulsechain', '0xP2', '9')] };
    const replay = await start(
      await folderOf({
        'new.http.json': recording({
          url: `${screener}/latest/dex/search?q=vorum`,
          body: { pairs: [pair('ethereum', '0xP1', '2')] },
          at: '2026-03-05T00:00:00Z',
        }),
        'old.http.json': recording({ url: `${screener}/latest/dex/tokens/${address}`, body: all }),
      }),
    );
    const { body } = await get(
      replay,
      'dexscreener',
      `/tokens/v1/ethereum/${address.toUpperCase().replace('0X', '0x')}`,
    );
    expect(body).toEqual([pair('ethereum', '0xP1', '2')]);
    expect((await get(replay, 'dexscreener', '/tokens/v1/bsc/0x00')).body).toEqual([]);
    expect(replay.watchlist).toEqual([{ symbol: 'VORUM', name: 'Vorum', contract: { chain: 'ethereum', address } }]);
  });

  it('answers GoPlus by chain and address, and wraps a bare inner object', async () => {
    const mint = 'So11111111111111111111111111111111111111112';
    const inner = { holder_count: '7', metadata: { symbol: 'KELAM', name: 'Kelam' } };
    const replay = await start(
      await folderOf({
        'a.http.json': recording({
          url: `${plus}/token_security/1?contract_addresses=${address}`,
          body: { code: 1, message: 'OK', result: { [address]: { token_symbol: 'VORUM', holder_count: '3' } } },
        }),
        'b.http.json': recording({ url: `${plus}/solana/token_security?contract_addresses=${mint}`, body: inner }),
      }),
    );
    const evm = await get(
      replay,
      'goplus',
      `/token_security/1?contract_addresses=${address.toUpperCase().replace('0X', '0x')}`,
    );
    expect(evm.body.result[address]).toMatchObject({ holder_count: '3' });
    const solana = await get(replay, 'goplus', `/solana/token_security?contract_addresses=${mint}`);
    expect(solana.body).toEqual({ code: 1, message: 'OK', result: { [mint]: inner } });
    expect((await get(replay, 'goplus', `/token_security/56?contract_addresses=${address}`)).body).toMatchObject({
      result: {},
    });
  });

  it('plays a failure back, unless the same question was answered in the end', async () => {
    const failed = { url: `${gecko}/coins/vorum`, status: 503, body: 'down', at: '2026-03-01T10:00:09Z' };
    const alone = await start(await folderOf({ 'a.http.json': recording(failed) }));
    expect((await fetch(`${alone.baseUrls['coingecko']}/coins/vorum`)).status).toBe(503);
    const coin = { ...row('vorum', 2, '2026-03-01'), platforms: { ethereum: address } };
    const retried = await start(
      await folderOf({
        'a.http.json': recording(failed),
        'b.http.json': recording({ url: `${gecko}/coins/vorum`, body: coin }),
      }),
    );
    expect((await get(retried, 'coingecko', '/coins/vorum')).status).toBe(200);
    expect((await get(retried, 'coingecko', `/coins/ethereum/contract/${address}`)).body.id).toBe('vorum');
  });

  it('merges what the sources know of one token, and tells namesakes apart', async () => {
    const coin = {
      id: 'vorum',
      symbol: 'vorum',
      name: 'Vorum',
      asset_platform_id: 'base',
      platforms: { ethereum: address, base: '0xBASE' },
      last_updated: '2026-03-04T00:00:00Z',
    };
    const other = {
      ...pair('bsc', '0xP3', '1'),
      baseToken: { address: '0xOTHER', name: 'Not Vorum', symbol: ' vorum ' },
    };
    const replay = await start(
      await folderOf({
        'a.http.json': recording({ url: `${gecko}/coins/vorum`, body: coin }),
        'b.http.json': recording({
          url: `${screener}/tokens/v1/ethereum/${address}`,
          body: [pair('ethereum', '0xP1', '1'), other],
        }),
        'c.http.json': recording({
          url: `${screener}/latest/dex/search?q=x`,
          body: { pairs: [{ ...other, chainId: 'pulsechain' }] },
        }),
      }),
    );
    expect(replay.watchlist).toEqual([
      { symbol: 'VORUM', name: 'Vorum', contract: { chain: 'base', address: '0xbase' }, coingeckoId: 'vorum' },
      { symbol: 'VORUM_BSC', name: 'Not Vorum', contract: { chain: 'bsc', address: '0xother' } },
    ]);
    expect(replay.asOfMs).toBe(Date.UTC(2026, 2, 4));
    expect(replay.momentOf('VORUM')).toBe(Date.UTC(2026, 2, 4));
    expect(replay.momentOf('VORUM_BSC')).toBe(Date.UTC(2026, 2, 1, 10));
  });

  it('plays what was recorded from a simulated market', async () => {
    const simulator = await startSimulator({ latencyMs: { min: 0, max: 0 }, now: () => Date.UTC(2026, 10, 20) });
    open.push(simulator);
    const url = `${simulator.baseUrls['coingecko']}/coins/markets?vs_currency=usd`;
    const body = await (await fetch(url)).text();
    const replay = await start(await folderOf({ 'a.http.json': recording({ url, body }) }));
    const played = await fetch(`${replay.baseUrls['coingecko']}/coins/markets?vs_currency=usd`);
    expect(await played.text()).toBe(body);
  });

  it('ignores sources it does not have, and counts them', async () => {
    const replay = await start(
      await folderOf({
        'a.http.json': recording({ url: `${gecko}/coins/vorum`, body: row('vorum', 1, '2026-03-01') }),
        'b.http.json': recording({ url: 'https://api.llama.fi/protocols', body: [] }),
      }),
    );
    expect(replay.ignored).toBe(1);
  });
});

describe('a folder that cannot be played', () => {
  it.each([
    ['is missing', undefined, 'SIM_RECORDINGS_MISSING', /no-such-folder/],
    ['is empty', {}, 'SIM_RECORDINGS_EMPTY', /INDEX\.md/],
    [
      'holds other sources only',
      { 'a.http.json': recording({ url: 'https://api.llama.fi/x', body: {} }) },
      'SIM_RECORDINGS_EMPTY',
      /1 ignored/,
    ],
    ['holds broken JSON', { 'bad.http.json': '{"request":' }, 'SIM_RECORDING_INVALID', /bad\.http\.json: /],
    ['holds another shape', { 'bad.http.json': { request: {} } }, 'SIM_RECORDING_INVALID', /request\.method/],
    [
      'names a file that is not there',
      { 'INDEX.md': `| \`gone.json\` | \`GET ${gecko}/ping\` | 200 |` },
      'SIM_RECORDING_INVALID',
      /gone\.json/,
    ],
  ])('%s: says so with a code', async (_what, files, code, message) => {
    const folder = files === undefined ? join(tmpdir(), 'no-such-folder') : await folderOf(files);
    await expect(start(folder)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it('names every broken file at once', async () => {
    const folder = await folderOf({ 'a.http.json': '{', 'b.http.json': '[]' });
    await expect(start(folder)).rejects.toThrow(/a\.http\.json.*b\.http\.json/s);
  });
});

describe.skipIf(recorded === null)('the shared recordings (need the shared folder "recorded")', () => {
  it('give the same watchlist and moment twice', async () => {
    const [one, two] = [await start(recorded ?? ''), await start(recorded ?? '')];
    expect(two.watchlist).toEqual(one.watchlist);
    expect(two.asOfMs).toBe(one.asOfMs);
    const symbols = one.watchlist.map((token) => token.symbol);
    expect(new Set(symbols).size).toBe(symbols.length);
    expect(symbols).toEqual([...symbols].sort());
    expect(symbols).toEqual(expect.arrayContaining(['BTC', 'YFI', 'RAY', 'AERO', 'USDC', 'USDC_ETHEREUM', 'WETH']));
    expect(one.ignored).toBeGreaterThan(50);
  });

  it('keep USDC on Ethereum apart from its 29 forks', async () => {
    const replay = await start(recorded ?? '');
    const usdc = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48';
    const { body } = await get(replay, 'dexscreener', `/tokens/v1/ethereum/${usdc}`);
    expect(body.map((found: { chainId: string; priceUsd: string }) => [found.chainId, found.priceUsd])).toEqual([
      ['ethereum', '1.00028'],
    ]);
  });

  it('answer the newest row where a coin was recorded twice', async () => {
    const replay = await start(recorded ?? '');
    const { body } = await get(replay, 'coingecko', '/coins/markets?vs_currency=usd&ids=bitcoin,dsun-token');
    expect(body.map((found: { current_price: number }) => found.current_price)).toEqual([77671, 3.271e-9]);
  });

  it('are all within reach: each success body comes back to the question it was recorded for', async () => {
    const { bySource } = await readRecordings(recorded ?? '');
    expect([...bySource.keys()].sort()).toEqual(['coingecko', 'dexscreener', 'goplus']);
    for (const [source, replies] of bySource) {
      const reader = recordingReaders.find((candidate) => candidate.source === source);
      const played = reader?.read(replies);
      for (const reply of replies.filter((candidate) => candidate.status === 200)) {
        const answer = played?.answer(questionOf(reply));
        expect(answer?.status, reply.file).toBe(200);
        const body = JSON.parse(answer?.body ?? 'null');
        // GoPlus' Solana reply was recorded without its envelope.
        expect(reply.file.includes('solana_token_security') ? Object.values(body.result)[0] : body, reply.file).toEqual(
          reply.body,
        );
      }
    }
  });

  it('are read with the headers of their companions', async () => {
    const { bySource } = await readRecordings(recorded ?? '');
    const bitcoin = bySource.get('coingecko')?.find((reply) => reply.file.includes('coin_bitcoin_no_market_data'));
    expect(bitcoin?.headers).toMatchObject({ 'Cache-Control': expect.stringContaining('max-age') });
    expect(await readFile(join(recorded ?? '', bitcoin?.file ?? ''), 'utf8')).toContain('"response"');
  });
});

function questionOf(reply: RecordedReply) {
  const url = new URL(reply.url);
  const path = url.pathname.replace(/^\/api\/v[13]/, '');
  return { method: reply.method, path, query: url.searchParams, headers: {} };
}
