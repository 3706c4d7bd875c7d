import type { Token } from '../token.ts';
import type { FakeReply, FakeRequest } from './market-token.ts';

/** One reply of an outside API as it was recorded, whatever file it came from. */
export interface RecordedReply {
  /** Where it was read from, for messages. */
  readonly file: string;
  readonly method: string;
  /** Absolute. Parts in braces (`{unknown}`, `{mint}`) stand for what the recorder left open. */
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed where it was JSON, otherwise the text. */
  readonly body: unknown;
  readonly recordedAtMs?: number;
}

/** A token as one source's recordings know it, before the sources are merged. */
export interface RecordedToken {
  readonly symbol: string;
  readonly name: string;
  readonly contracts: readonly NonNullable<Token['contract']>[];
  readonly coingeckoId?: string;
  /** The newest moment that a recording of this token names, epoch milliseconds. */
  readonly newestAtMs?: number;
}

/** What a set of recordings of one source can answer. */
export interface RecordedSource {
  readonly tokens: readonly RecordedToken[];
  /** The newest moment that a recorded body or header names, epoch milliseconds; absent when none does. */
  readonly newestAtMs?: number;
  /** Answers from the recordings; what was not recorded gets the source's own "unknown". */
  answer(request: FakeRequest): FakeReply;
}

/** How the recordings of one source are turned into answers. */
export interface RecordingReader {
  readonly source: string;
  /** True when a reply from this URL is this source's. */
  owns(url: URL): boolean;
  /** Reads what it understands and leaves the rest, e.g. error bodies and endpoints we never ask. */
  read(replies: readonly RecordedReply[]): RecordedSource;
}
