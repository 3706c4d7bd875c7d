import { type LoadedSettings, loadSettings, type SettingsOverrides } from '@autotrader/server';
import type { GlobalOptions } from '../cli-command.ts';
import type { CliContext } from '../context.ts';

/** The settings a command works with; the command line wins over environment, file and default. */
export function readSettings(request: {
  globals: GlobalOptions;
  env: CliContext['env'];
  overrides: SettingsOverrides;
}): Promise<LoadedSettings> {
  const { globals, env, overrides } = request;
  return loadSettings({ env, overrides, ...(globals.config === undefined ? {} : { file: globals.config }) });
}
