import { ConfigError, type ConfigProblem } from '../config/config-error.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import type { ObservabilityConfig } from '../config/schema.ts';
import { getLogger } from '../logs/logger.ts';
import { describeChanges } from './config-changes.ts';

/** What became of reading the configuration again. */
export type ReloadReport =
  | {
      readonly outcome: 'reloaded';
      /** Sentences such as `logging.level: INFO → DEBUG`; empty when nothing differs. */
      readonly changed: readonly string[];
      /** What differs in the file and holds only after a restart. */
      readonly needsRestart: readonly string[];
    }
  /** Everything goes on as before. */
  | { readonly outcome: 'rejected'; readonly problems: readonly ConfigProblem[] }
  /** There was a shutdown. */
  | { readonly outcome: 'stopped' };

/** Why the configuration is read again. */
export type ReloadTrigger = 'sighup' | 'file_change' | 'call';

/** Keeps what holds, and replaces it by what the file says now. */
export interface Reloader {
  /** What holds now. */
  loaded(): LoadedConfig<ObservabilityConfig>;
  /** Never rejects. Calls that come while one is at work share the next one. */
  reload(trigger: ReloadTrigger): Promise<ReloadReport>;
  /** Later reloads change nothing. */
  close(): void;
}

/** What a reloader works with. */
export interface ReloaderOptions {
  readonly loaded: LoadedConfig<ObservabilityConfig>;
  /** Reads everything again. @throws ConfigError */
  readonly load: () => Promise<LoadedConfig<ObservabilityConfig>>;
  /** `running` with those values of `next` that can change while the program runs. */
  readonly takeLive: (running: ObservabilityConfig, next: ObservabilityConfig) => ObservabilityConfig;
  /** Makes a configuration hold that differs from the running one in such values only. */
  readonly apply: (config: ObservabilityConfig) => void;
}

const log = getLogger('observability');

/**
 * Reads the configuration again when told to. A wrong one changes nothing and is told in one ERROR line
 * `configuration_rejected` with all its problems; a good one in one line `configuration_reloaded` with what changed.
 */
export function createReloader(options: ReloaderOptions): Reloader {
  let { loaded } = options;
  let closed = false;
  let working: Promise<ReloadReport> | undefined;
  let next: Promise<ReloadReport> | undefined;
  let lastRejection: string | undefined;

  const accept = (fresh: LoadedConfig<ObservabilityConfig>, trigger: ReloadTrigger): ReloadReport => {
    const { config: running } = loaded;
    const config = options.takeLive(running, fresh.config);
    const changed = describeChanges(running, config);
    const needsRestart = describeChanges(config, fresh.config);
    const tell = (): void => log.info('configuration_reloaded', { trigger, changed, needs_restart: needsRestart });
    // Under the old level or the new one, whichever lets it through; and never only because a clock of the file moved.
    const worthALine =
      trigger !== 'file_change' || changed.length + needsRestart.length > 0 || lastRejection !== undefined;
    const toldBefore = worthALine && log.isEnabled('INFO');
    if (toldBefore) tell();
    if (changed.length > 0) options.apply(config);
    if (worthALine && !toldBefore) tell();
    loaded = { ...fresh, config };
    lastRejection = undefined;
    return { outcome: 'reloaded', changed, needsRestart };
  };

  const reject = (error: unknown, trigger: ReloadTrigger): ReloadReport => {
    const { message, problems } = error instanceof ConfigError ? error : unexpected(error);
    // A file that stays wrong is told once, unless somebody asks.
    if (trigger !== 'file_change' || message !== lastRejection) {
      log.error('configuration_rejected', {
        trigger,
        problems: message.split('\n'),
        remedy: 'what held before holds on',
      });
    }
    lastRejection = message;
    return { outcome: 'rejected', problems };
  };

  const once = async (trigger: ReloadTrigger): Promise<ReloadReport> => {
    try {
      const fresh = await options.load();
      return closed ? { outcome: 'stopped' } : accept(fresh, trigger);
    } catch (error) {
      return closed ? { outcome: 'stopped' } : reject(error, trigger);
    }
  };

  const reload = (trigger: ReloadTrigger): Promise<ReloadReport> => {
    if (closed) return Promise.resolve({ outcome: 'stopped' });
    if (working === undefined) {
      working = once(trigger).finally(() => {
        working = undefined;
      });
      return working;
    }
    next ??= working.then(() => {
      next = undefined;
      return reload(trigger);
    });
    return next;
  };

  return {
    loaded: () => loaded,
    reload,
    close() {
      closed = true;
    },
  };
}

function unexpected(error: unknown): ConfigError {
  const message = error instanceof Error ? error.message : String(error);
  return new ConfigError([{ code: 'OBS_CONFIG_UNREADABLE', where: 'reload', key: '', message }], { cause: error });
}
