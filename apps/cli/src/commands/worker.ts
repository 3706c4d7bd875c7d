import { defineCommand } from '../cli-command.ts';
import { impliedMarket, type MarketKind, marketOption, recordingsOption } from '../options.ts';

interface WorkerOptions {
  readonly market?: MarketKind;
  readonly recordings?: string;
}

export const workerCommand = defineCommand<WorkerOptions>({
  name: 'worker',
  summary: 'scans what waits in the store',
  examples: ['autotrader worker --market live'],
  options: [marketOption, recordingsOption],
  async run({ options }, context) {
    const { runUntilStopped } = await import('../process/until-stopped.ts');
    return runUntilStopped({
      globals: options,
      context,
      overrides: { market: impliedMarket(options), recordings: options.recordings },
      start: async ({ settings, version }) => (await import('@autotrader/server')).startWorker({ settings, version }),
    });
  },
});
