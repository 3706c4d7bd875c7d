import { Option } from 'commander';
import type { CliCommand, GlobalOptions } from '../cli-command.ts';
import { type MarketKind, marketOption, portOption } from '../options.ts';

interface ApiOptions extends GlobalOptions {
  readonly market?: MarketKind;
  readonly port?: number;
  readonly host?: string;
}

export const apiCommand: CliCommand = {
  name: 'api',
  summary: 'the API and its page alone; scans are done by workers on the same store',
  examples: ['autotrader api --port 8000'],
  define(command) {
    command
      .addOption(marketOption())
      .addOption(portOption('where it listens (default: 8000)'))
      .addOption(new Option('--host <address>', 'where it listens (default: 127.0.0.1)'));
  },
  async run(command, context) {
    const options = command.optsWithGlobals<ApiOptions>();
    const [{ runUntilStopped }, { readSettings }] = await Promise.all([
      import('../process/until-stopped.ts'),
      import('../process/settings.ts'),
    ]);
    return runUntilStopped({
      globals: options,
      context,
      start: async () => {
        const { startApi } = await import('@autotrader/server');
        const { market, port, host } = options;
        const overrides = {
          ...(market === undefined ? {} : { market }),
          ...(port === undefined ? {} : { port }),
          ...(host === undefined ? {} : { host }),
        };
        const { settings } = await readSettings({ globals: options, env: context.env, overrides });
        return startApi({ settings, version: context.version });
      },
    });
  },
};
