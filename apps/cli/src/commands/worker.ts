import { defineCommand } from '../cli-command.ts';
import { impliedMarket, type MarketKind, marketOption, portOption, recordingsOption } from '../options.ts';

interface WorkerOptions {
  readonly market?: MarketKind;
  readonly recordings?: string;
  readonly metricsPort?: number;
}

export const workerCommand = defineCommand<WorkerOptions>({
  name: 'worker',
  summary: 'scans what waits in the store',
  examples: ['autotrader worker --market live'],
  options: [marketOption, recordingsOption, portOption('--metrics-port', 'its metrics server (default: 9090)')],
  async run({ options }, context) {
    const { runUntilStopped } = await import('../process/until-stopped.ts');
    return runUntilStopped({
      globals: options,
      context,
      overrides: { market: impliedMarket(options), recordings: options.recordings, metricsPort: options.metricsPort },
      start: async (given) => (await import('@autotrader/server')).startWorker(given),
    });
  },
});
