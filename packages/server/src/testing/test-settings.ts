import type { Settings, SettingsOverrides } from '../settings/settings.ts';
import { loadSettings } from '../settings/settings-loading.ts';

const shipped = new URL('../../../../configs/autotrader.yaml', import.meta.url).pathname;

/** The shipped settings on free ports, with a store in memory. */
export async function testSettings(overrides: SettingsOverrides = {}): Promise<Settings> {
  const { settings } = await loadSettings({
    file: shipped,
    env: {},
    overrides: { port: 0, metricsPort: 0, databaseUrl: 'sqlite::memory:', ...overrides },
  });
  return settings;
}
