import type { SourceName, SourceSettings } from '@autotrader/sources';
import type { MarketKind } from './settings-schema.ts';

/** What the processes run on: file, environment and command line together, every value checked. */
export interface Settings {
  /** @default 'simulated' */
  readonly market: MarketKind;
  /** `sqlite:PATH`, relative to the working directory, or `sqlite::memory:`. @default 'sqlite:./data/autotrader.db' */
  readonly databaseUrl: string;
  /** `null`: the simulated and the replayed market bring their own, the live one takes `configs/watchlist.yaml`. */
  readonly watchlistFile: string | null;
  readonly api: {
    /** @default '127.0.0.1' */
    readonly host: string;
    /** 0 takes any free port. @default 8000 */
    readonly port: number;
    /** Asked of every request to `/api` when set. A wider host than loopback is refused without it. */
    readonly token: string | null;
  };
  readonly metrics: {
    /** @default '127.0.0.1' */
    readonly address: string;
    /** @default 9090 */
    readonly port: number;
  };
  readonly scan: {
    /** Time between two scans of the watchlist; `null`: only what is asked for. @default 60000 simulated, 900000 live, null replay */
    readonly everyMs: number | null;
    /** How long one scan may take. @default 20000 */
    readonly deadlineMs: number;
  };
  readonly worker: {
    /** Scans at a time, 1..64. @default 4 */
    readonly concurrency: number;
    /** After this long without a sign of life another worker takes a scan up. @default 60000 */
    readonly leaseMs: number;
    /** How often an idle worker looks for scans that another process asked for. @default 1000 */
    readonly pollMs: number;
    /** A scan taken up more often than this without ending is given up. @default 5 */
    readonly attempts: number;
  };
  /** What a stop may take, telemetry's own shutdown not counted. @default 1500 */
  readonly shutdownMs: number;
  readonly simulator: {
    /** A simulator in another process; `null`: one in this process. */
    readonly url: string | null;
    /** @default 1 */
    readonly seed: number;
    readonly address: string;
    /** @default 0, any free port */
    readonly port: number;
  };
  readonly replay: { readonly recordings: string | null };
  /** Complete: what the file leaves out comes from the source's own declaration. */
  readonly sources: Readonly<Record<SourceName, SourceSettings>>;
}

/** Values of the environment, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Command-line values; they win over environment, file and default. */
export interface SettingsOverrides {
  readonly market?: MarketKind | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly metricsAddress?: string | undefined;
  readonly metricsPort?: number | undefined;
  readonly databaseUrl?: string | undefined;
  readonly watchlistFile?: string | undefined;
  readonly recordings?: string | undefined;
  readonly simulatorUrl?: string | undefined;
  readonly simulatorAddress?: string | undefined;
  readonly simulatorPort?: number | undefined;
  readonly seed?: number | undefined;
}
