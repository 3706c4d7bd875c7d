import type { Token } from '@autotrader/sources';
import type { MarketSnapshot } from '@autotrader/sources/fakes';

export interface World {
  readonly seed: number;
  readonly tokens: readonly Token[];
  snapshot(nowMs: number): MarketSnapshot;
  truth(symbol: string): TokenTruth | undefined;
}
export type TokenTruth = 'gem' | 'ordinary' | 'trusted' | 'dud' | 'rug' | 'honeypot' | 'wash_traded' | 'dying';
export declare function createWorld(options: { readonly seed?: number; readonly size?: number }): World;

export interface SimulatorOptions {
  /** @default 1 */
  readonly seed?: number;
  readonly port?: number;
  readonly address?: string;
  readonly size?: number;
  readonly faults?: readonly FaultRule[];
  readonly now?: () => number;
  readonly limits?: Readonly<Record<string, { readonly requests: number; readonly perMs: number } | null>>;
  readonly latencyMs?: { readonly min: number; readonly max: number };
}
export interface FaultRule {
  readonly fault: string;
  readonly source?: string;
  readonly path?: string;
  readonly probability?: number;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly fromMs?: number;
  readonly untilMs?: number;
}
export interface Simulator {
  readonly url: string;
  /** Per source name; append the source's own paths. */
  readonly baseUrls: Readonly<Record<string, string>>;
  readonly watchlist: readonly Token[];
  readonly world: World;
  setFaults(rules: readonly FaultRule[]): void;
  close(): Promise<void>;
}
export declare function startSimulator(options?: SimulatorOptions): Promise<Simulator>;

export interface ReplayOptions {
  readonly recordings: string;
  readonly port?: number;
  readonly address?: string;
}
export interface Replay {
  readonly url: string;
  readonly baseUrls: Readonly<Record<string, string>>;
  readonly watchlist: readonly Token[];
  readonly asOfMs: number;
  close(): Promise<void>;
}
export declare function startReplay(options: ReplayOptions): Promise<Replay>;
