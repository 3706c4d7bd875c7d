import { defineCommand } from '../cli-command.ts';
import { impliedMarket, type MarketKind, marketOption, portOption, recordingsOption } from '../options.ts';

interface UpOptions {
  readonly market?: MarketKind;
  readonly port?: number;
  readonly metricsPort?: number;
  readonly recordings?: string;
  readonly open?: boolean;
}

export const upCommand = defineCommand<UpOptions>({
  name: 'up',
  summary: 'market, worker, API with its page, and metrics server in one process',
  examples: ['autotrader up', 'autotrader up --market live --port 0 --metrics-port 0'],
  options: [
    marketOption,
    portOption('--port', 'API and page (default: 8000)'),
    portOption('--metrics-port', 'metrics server (default: 9090)'),
    recordingsOption,
    { flags: '--open', description: 'show the page in the browser' },
  ],
  async run({ options }, context) {
    const { runUntilStopped } = await import('../process/until-stopped.ts');
    const { port, metricsPort, recordings, open } = options;
    return runUntilStopped({
      globals: options,
      context,
      overrides: { market: impliedMarket(options), port, metricsPort, recordings },
      start: async (given) => (await import('@autotrader/server')).startAll(given),
      onStarted: async ({ urls }) => {
        if (urls.api === undefined) return;
        if (context.stdout.isTerminal) {
          context.stdout.write(
            `\n  AutoTrader is at ${urls.api}, its metrics at ${urls.metrics}\n  Ctrl-C ends it.\n\n`,
          );
        }
        if (open === true) (await import('../process/browser.ts')).openInBrowser(urls.api);
      },
    });
  },
});
