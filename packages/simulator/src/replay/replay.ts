import { getLogger } from '@autotrader/observability';
import type { Token } from '@autotrader/sources';
import { type RecordedSource, recordingReaders } from '@autotrader/sources/fakes';
import { startMarketServer } from '../http/market-server.ts';
import { unmounted } from '../http/unmounted.ts';
import { readRecordings } from './read-recordings.ts';
import { mergeWatchlist } from './watchlist.ts';

/** How a replay is started. */
export interface ReplayOptions {
  /** A folder of `*.http.json` files, or of single replies with an INDEX.md that names their requests. */
  readonly recordings: string;
  /** 0 takes any free one. @default 0 */
  readonly port?: number | undefined;
  /** @default '127.0.0.1' */
  readonly address?: string | undefined;
}

/** Recorded replies, answered over HTTP. */
export interface Replay {
  readonly url: string;
  /** Where each source is played, by source name: what its real base URL is replaced with. */
  readonly baseUrls: Readonly<Record<string, string>>;
  /** Every token that the recordings know, on chains that we know, sorted by symbol. */
  readonly watchlist: readonly Token[];
  /** The newest moment that the recordings name: a clock that stands there gives the same result every time. Epoch milliseconds. */
  readonly asOfMs: number;
  /**
   * The newest moment that the recordings of one token name, `asOfMs` when they name none. A folder may hold replies
   * from many years; seen from its own moment, no token is out of date. Epoch milliseconds.
   */
  momentOf(symbol: string): number;
  /** Recordings of sources that cannot be replayed. */
  readonly ignored: number;
  /** Ends every connection at once. Idempotent. */
  close(): Promise<void>;
}

/**
 * Plays a folder of recordings. A question that was recorded gets its reply; another one is answered from what all
 * recordings of that source say about the token; what nobody recorded is unknown, in the source's own words.
 *
 * @throws SimulatorError SIM_RECORDINGS_MISSING, SIM_RECORDINGS_EMPTY, SIM_RECORDING_INVALID, SIM_PORT_IN_USE, SIM_ADDRESS_UNUSABLE
 */
export async function startReplay({ recordings, port = 0, address = '127.0.0.1' }: ReplayOptions): Promise<Replay> {
  const { bySource, ignored } = await readRecordings(recordings);
  const played = new Map<string, RecordedSource>(
    recordingReaders.map((reader) => [reader.source, reader.read(bySource.get(reader.source) ?? [])]),
  );
  const entries = mergeWatchlist([...played.values()].flatMap((source) => source.tokens));
  const asOfMs = Math.max(0, ...[...played.values()].map((source) => source.newestAtMs ?? 0));
  const moments = new Map(entries.map(({ token, newestAtMs }) => [token.symbol, newestAtMs]));
  const names = [...played.keys()];
  const server = await startMarketServer({ port, address }, ({ mount, below }) => {
    const source = played.get(mount);
    if (source === undefined) return unmounted(names);
    return { reply: source.answer(below), delayMs: 0, delivery: { kind: 'whole' } };
  });
  getLogger('autotrader.simulator').info('recordings_loaded', {
    replies: [...bySource.values()].reduce((sum, replies) => sum + replies.length, 0),
    ignored,
    tokens: entries.length,
  });
  return {
    url: server.url,
    baseUrls: Object.fromEntries(names.map((name) => [name, `${server.url}/${name}`])),
    watchlist: entries.map(({ token }) => token),
    asOfMs,
    momentOf: (symbol) => moments.get(symbol) ?? asOfMs,
    ignored,
    close: () => server.close(),
  };
}
