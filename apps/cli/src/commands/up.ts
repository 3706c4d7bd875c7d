import type { SettingsOverrides } from '@autotrader/server';
import { Option } from 'commander';
import type { CliCommand, GlobalOptions } from '../cli-command.ts';
import { impliedMarket, type MarketKind, marketOption, parsePort, portOption, recordingsOption } from '../options.ts';
import { openInBrowser } from '../process/browser.ts';

interface UpOptions extends GlobalOptions {
  readonly market?: MarketKind;
  readonly port?: number;
  readonly metricsPort?: number;
  readonly recordings?: string;
  readonly open?: boolean;
}

export const upCommand: CliCommand = {
  name: 'up',
  summary: 'market, worker, API with its page, and metrics server in one process',
  examples: ['autotrader up', 'autotrader up --market live --port 0 --metrics-port 0'],
  define(command) {
    command
      .addOption(marketOption())
      .addOption(portOption('API and page (default: 8000)'))
      .addOption(new Option('--metrics-port <n>', 'metrics server (default: 9090)').argParser(parsePort))
      .addOption(recordingsOption())
      .option('--open', 'show the page in the browser');
  },
  async run(command, context) {
    const options = command.optsWithGlobals<UpOptions>();
    const [{ runUntilStopped }, { readSettings }] = await Promise.all([
      import('../process/until-stopped.ts'),
      import('../process/settings.ts'),
    ]);
    return runUntilStopped({
      globals: options,
      context,
      start: async () => {
        const { startAll } = await import('@autotrader/server');
        const { settings } = await readSettings({
          globals: options,
          env: context.env,
          overrides: overridesOf(options),
        });
        return startAll({ settings, version: context.version });
      },
      onStarted: ({ urls }) => {
        if (urls.api === undefined) return;
        if (context.stdout.isTerminal) context.stdout.write(`\n  AutoTrader is at ${urls.api}\n  Ctrl-C ends it.\n\n`);
        if (options.open === true) openInBrowser(urls.api);
      },
    });
  },
};

function overridesOf(options: UpOptions): SettingsOverrides {
  const market = impliedMarket(options);
  return {
    ...(market === undefined ? {} : { market }),
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.metricsPort === undefined ? {} : { metricsPort: options.metricsPort }),
    ...(options.recordings === undefined ? {} : { recordings: options.recordings }),
  };
}
