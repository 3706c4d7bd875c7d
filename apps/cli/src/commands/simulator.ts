import { Option } from 'commander';
import type { CliCommand, GlobalOptions } from '../cli-command.ts';
import { parseSeed, portOption } from '../options.ts';

interface SimulatorOptions extends GlobalOptions {
  readonly port?: number;
  readonly seed?: number;
}

export const simulatorCommand: CliCommand = {
  name: 'simulator',
  summary: "a seeded market that speaks the sources' own APIs",
  examples: ['autotrader simulator --port 4010 --seed 7'],
  define(command) {
    command
      .addOption(portOption('where it listens (default: any free port)'))
      .addOption(new Option('--seed <n>', 'same seed, same market (default: 1)').argParser(parseSeed));
  },
  async run(command, context) {
    const options = command.optsWithGlobals<SimulatorOptions>();
    const [{ runUntilStopped }, { readSettings }] = await Promise.all([
      import('../process/until-stopped.ts'),
      import('../process/settings.ts'),
    ]);
    return runUntilStopped({
      globals: options,
      context,
      start: async () => {
        const { startSimulatorProcess } = await import('@autotrader/server');
        const overrides = {
          ...(options.port === undefined ? {} : { simulatorPort: options.port }),
          ...(options.seed === undefined ? {} : { seed: options.seed }),
        };
        const { settings } = await readSettings({ globals: options, env: context.env, overrides });
        return startSimulatorProcess({ settings });
      },
    });
  },
};
