import type { Environment, Settings, SettingsOverrides } from '../settings/settings.ts';
import { loadSettings } from '../settings/settings-loading.ts';
import { openDatabase } from '../up/database.ts';
import { type DoctorCheck, type DoctorResult, defineCheck, failed, passed } from './doctor-check.ts';
import { checkSources } from './source-check.ts';
import { telemetryChecks } from './telemetry-checks.ts';

export interface DoctorOptions {
  readonly env: Environment;
  /** Settings of AutoTrader, as in `loadSettings`. */
  readonly file?: string | undefined;
  /** Settings of telemetry. */
  readonly observabilityFile?: string | undefined;
  readonly overrides?: SettingsOverrides | undefined;
  /** True asks the real hosts; otherwise the sources are asked through the simulated market. */
  readonly live?: boolean | undefined;
}

/** Whether the installation works and its parts fit together. The checks are to be run in this order, one after the other. */
export function doctorChecks(options: DoctorOptions): readonly DoctorCheck[] {
  const { live = false } = options;
  const settings = async (overrides: SettingsOverrides = {}): Promise<Settings> => {
    const loaded = await loadSettings({ ...options, overrides: { ...options.overrides, ...overrides } });
    return loaded.settings;
  };
  const telemetry = telemetryChecks(options);
  return [
    defineCheck('imports', checkImports),
    telemetry.logging,
    telemetry.metrics,
    telemetry.tracing,
    defineCheck('config', async () => {
      const loaded = await loadSettings(options);
      return passed(`${loaded.file ?? 'no file, defaults hold'}, ${loaded.settings.market} market`);
    }),
    defineCheck('store', async () => checkStore(await settings())),
    defineCheck('sources', async () => checkSources(await settings({ market: live ? 'live' : 'simulated' }))),
    telemetry.exporters,
  ];
}

/** The oldest release with everything that is used here, `require` of modules among it. */
const oldestNode = [20, 19] as const;

async function checkImports(): Promise<DoctorResult> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isOld = major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
  if (isOld) return failed(`Node ${process.versions.node}`, `Use Node ${oldestNode.join('.')} or newer.`);
  const packages = await Promise.all([
    import('@autotrader/contracts'),
    import('@autotrader/observability'),
    import('@autotrader/scanner'),
    import('@autotrader/simulator'),
    import('@autotrader/sources'),
  ]);
  return passed(`Node ${process.versions.node}, ${packages.length} packages`);
}

async function checkStore(settings: Settings): Promise<DoctorResult> {
  const store = await openDatabase(settings);
  try {
    await store.ping();
    const { queued, running, ...ended } = await store.depth();
    const finished = Object.values(ended).reduce((sum, count) => sum + count, 0);
    return passed(`${settings.databaseUrl}: ${finished} scans kept, ${queued + running} waiting`);
  } finally {
    await store.close();
  }
}
