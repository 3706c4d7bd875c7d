/**
 * Signatures first, so that the command line can be written against them; each one moves to its own file as it is built.
 */
import type { ScanRecordView, ScanSummary, ScanView, TokenView } from '@autotrader/contracts';
import type { ScanRecord, ScanResult, ScanStore } from '@autotrader/scanner';
import type { SourceName, SourceSettings, Token } from '@autotrader/sources';

export type MarketKind = 'simulated' | 'live' | 'replay';

/** Values of the environment, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Command-line values; they win over environment, file and default. */
export interface SettingsOverrides {
  readonly market?: MarketKind;
  readonly host?: string;
  readonly port?: number;
  readonly metricsAddress?: string;
  readonly metricsPort?: number;
  readonly databaseUrl?: string;
  readonly watchlistFile?: string;
  readonly recordings?: string;
  readonly simulatorUrl?: string;
  readonly simulatorPort?: number;
  readonly simulatorAddress?: string;
  readonly seed?: number;
}

export interface Settings {
  readonly market: MarketKind;
  readonly databaseUrl: string;
  /** `null`: the simulated and the replayed market bring their own; live then has nothing to scan and is refused. */
  readonly watchlistFile: string | null;
  readonly api: { readonly host: string; readonly port: number; readonly token: string | null };
  readonly metrics: { readonly address: string; readonly port: number };
  /** `everyMs` `null`: only what is asked for is scanned. */
  readonly scan: { readonly everyMs: number | null; readonly deadlineMs: number };
  readonly worker: {
    readonly concurrency: number;
    readonly leaseMs: number;
    readonly pollMs: number;
    readonly attempts: number;
  };
  readonly shutdownMs: number;
  readonly simulator: {
    readonly url: string | null;
    readonly seed: number;
    readonly port: number;
    readonly address: string;
  };
  readonly replay: { readonly recordings: string | null };
  readonly sources: Readonly<Record<SourceName, SourceSettings>>;
}

export type SettingOrigin = 'command line' | 'environment' | 'file' | 'default';

export interface LoadedSettings {
  readonly settings: Settings;
  /** The file that was read; `null` when there was none and the defaults hold. */
  readonly file: string | null;
}

/** `file` (or AUTOTRADER_CONFIG) must exist; without either, `configs/autotrader.yaml` is read where there is one. @throws ConfigError (observability's), ServerError (exit code 2) */
export declare function loadSettings(request: {
  readonly file?: string;
  readonly env: Environment;
  readonly overrides?: SettingsOverrides;
}): Promise<LoadedSettings>;

/** @throws ConfigError with file and line; exit code 2 */
export declare function readWatchlist(file: string): Promise<readonly Token[]>;

/** No symbols: the whole watchlist. Case does not matter. @throws ServerError SRV_SYMBOL_UNKNOWN (exit code 2) */
export declare function selectTokens(watchlist: readonly Token[], symbols: readonly string[]): readonly Token[];

export interface Market {
  readonly kind: MarketKind;
  readonly sourceSettings: Readonly<Record<SourceName, SourceSettings>>;
  readonly watchlist: readonly Token[];
  /** For messages: a file name, or whose tokens these are. */
  readonly watchlistFrom: string;
  now(): number;
  createId(): string;
  /** Of the in-process simulator or replay; `null` for the live market. */
  readonly url: string | null;
  close(): Promise<void>;
}

export declare function openMarket(options: {
  readonly settings: Settings;
  readonly market?: MarketKind;
  readonly recordings?: string;
}): Promise<Market>;

/** Opens (and migrates) the store of the settings. @throws ServerError SRV_STORE_UNAVAILABLE with path and remedy */
export declare function openDatabase(settings: Settings): Promise<ScanStore>;

export interface ScanProgress {
  readonly done: number;
  readonly total: number;
  readonly result: ScanResult;
}

/** One-shot: scans the tokens with bounded concurrency, results in the order of `tokens`. Aborting leaves out what had not ended. */
export declare function runScan(options: {
  readonly settings: Settings;
  readonly market: Market;
  readonly tokens: readonly Token[];
  /** Where results are kept too; left out, nothing is written. */
  readonly store?: ScanStore;
  readonly concurrency?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ScanProgress) => void;
}): Promise<readonly ScanResult[]>;

/** The stable JSON form of a scan (`--format json`). */
export declare function toScanView(result: ScanResult): ScanView;
export declare function toScanRecordView(record: ScanRecord): ScanRecordView;
export declare function toScanSummary(record: ScanRecord): ScanSummary;
export declare function toTokenView(facts: {
  readonly token: Token;
  readonly latest: ScanRecord | null;
  readonly waiting: 'queued' | 'running' | null;
}): TokenView;

/** A running process or all of them: `autotrader up | api | worker | simulator | metrics-server`. */
export interface Running {
  /** Where each listener answers: `api`, `metrics`, `simulator`; only those that this process has. */
  readonly urls: Readonly<Partial<Record<'api' | 'metrics' | 'simulator', string>>>;
  /** Stops accepting, drains or hands back, closes the store; bounded by `shutdownMs`, idempotent, never rejects. */
  close(): Promise<void>;
}

export declare function startAll(options: { readonly settings: Settings; readonly version: string }): Promise<Running>;
export declare function startApi(options: { readonly settings: Settings; readonly version: string }): Promise<Running>;
export declare function startWorker(options: {
  readonly settings: Settings;
  readonly version: string;
}): Promise<Running>;
export declare function startSimulatorProcess(options: { readonly settings: Settings }): Promise<Running>;
export declare function startMetricsProcess(options: {
  readonly port: number;
  readonly address: string;
  readonly version: string;
}): Promise<Running>;

export interface DoctorCheck {
  readonly name: 'imports' | 'logging' | 'metrics' | 'tracing' | 'config' | 'store' | 'sources' | 'exporters';
  /** Never rejects. */
  run(): Promise<{ readonly status: 'pass' | 'fail' | 'skip'; readonly detail: string; readonly remedy?: string }>;
}

/** `live` asks the real hosts; otherwise the sources are asked through the simulated market. */
export declare function doctorChecks(options: {
  readonly env: Environment;
  readonly file?: string;
  readonly observabilityFile?: string;
  readonly overrides?: SettingsOverrides;
  readonly live?: boolean;
}): readonly DoctorCheck[];

/** Every error of this package: `code` is stable, `exitCode` is what the command line ends with, `remedy` is one sentence. */
export declare class ServerError extends Error {
  override readonly name: 'ServerError';
  readonly code: `SRV_${string}`;
  readonly exitCode: 1 | 2;
  readonly remedy: string;
}
