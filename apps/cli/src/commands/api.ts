import { defineCommand } from '../cli-command.ts';
import { type MarketKind, marketOption, portOption } from '../options.ts';

interface ApiOptions {
  readonly market?: MarketKind;
  readonly port?: number;
  readonly metricsPort?: number;
  readonly host?: string;
}

export const apiCommand = defineCommand<ApiOptions>({
  name: 'api',
  summary: 'the API and its page alone; scans are done by workers on the same store',
  examples: ['autotrader api --port 8000'],
  options: [
    marketOption,
    portOption('--port', 'where it listens (default: 8000)'),
    portOption('--metrics-port', 'its metrics server (default: 9090)'),
    { flags: '--host <address>', description: 'where it listens (default: 127.0.0.1)' },
  ],
  async run({ options }, context) {
    const { runUntilStopped } = await import('../process/until-stopped.ts');
    const { market, port, metricsPort, host } = options;
    return runUntilStopped({
      globals: options,
      context,
      overrides: { market, port, metricsPort, host },
      start: async (given) => (await import('@autotrader/server')).startApi(given),
    });
  },
});
