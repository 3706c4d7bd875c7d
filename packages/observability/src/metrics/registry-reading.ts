import type { AttachedFamily } from './attached/attached-family.ts';
import type { Family } from './family.ts';

/** What a registry holds, brought up to date, for who reads it series by series over several turns of the event loop. */
export interface RegistryReading {
  /** Those to be shown; without the ones whose collector failed. */
  readonly families: readonly Family[];
  /** Left out because their collector failed or was too slow: they may be back the next time. */
  readonly missing: readonly Family[];
  readonly attached: readonly AttachedFamily[];
  /** Grows when everything was set back to no observations. */
  readonly resets: number;
  /** Whether series of it can go. */
  canExpire(family: Family): boolean;
  /** A value of an attached family that cannot be shown. */
  onInvalid(family: AttachedFamily): void;
  /** Until then no series expires: what is read would otherwise move between series, and be counted twice. */
  end(): void;
}

/** The door behind the registry's own outputs. Not for applications. */
export interface ReadableRegistry {
  readFamilies(collectorTimeoutMs?: number): Promise<RegistryReading>;
  /** What is declared, as it is: for a process that has no other turn. */
  listFamilies(): readonly Family[];
}

/**
 * A registry made by this library, be it by another copy of it in this process.
 * @throws TypeError for one that cannot be read: it was made by an older copy, or elsewhere
 */
export function toReadable(registry: object): ReadableRegistry {
  if ('readFamilies' in registry && typeof registry.readFamilies === 'function') {
    return registry as ReadableRegistry;
  }
  throw new TypeError('expected a registry of createRegistry or defaultRegistry that can be read for export');
}
