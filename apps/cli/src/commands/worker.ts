import type { CliCommand, GlobalOptions } from '../cli-command.ts';
import { impliedMarket, type MarketKind, marketOption, recordingsOption } from '../options.ts';

interface WorkerOptions extends GlobalOptions {
  readonly market?: MarketKind;
  readonly recordings?: string;
}

export const workerCommand: CliCommand = {
  name: 'worker',
  summary: 'scans what waits in the store',
  examples: ['autotrader worker --market live'],
  define(command) {
    command.addOption(marketOption()).addOption(recordingsOption());
  },
  async run(command, context) {
    const options = command.optsWithGlobals<WorkerOptions>();
    const [{ runUntilStopped }, { readSettings }] = await Promise.all([
      import('../process/until-stopped.ts'),
      import('../process/settings.ts'),
    ]);
    return runUntilStopped({
      globals: options,
      context,
      start: async () => {
        const { startWorker } = await import('@autotrader/server');
        const market = impliedMarket(options);
        const overrides = {
          ...(market === undefined ? {} : { market }),
          ...(options.recordings === undefined ? {} : { recordings: options.recordings }),
        };
        const { settings } = await readSettings({ globals: options, env: context.env, overrides });
        return startWorker({ settings, version: context.version });
      },
    });
  },
};
