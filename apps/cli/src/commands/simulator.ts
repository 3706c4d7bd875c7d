import { defineCommand } from '../cli-command.ts';
import { parseSeed, portOption } from '../options.ts';

interface SimulatorOptions {
  readonly port?: number;
  readonly seed?: number;
}

export const simulatorCommand = defineCommand<SimulatorOptions>({
  name: 'simulator',
  summary: "a seeded market that speaks the sources' own APIs",
  examples: ['autotrader simulator --port 4010 --seed 7'],
  options: [
    portOption('--port', 'where it listens (default: any free port)'),
    { flags: '--seed <n>', description: 'same seed, same market (default: 1)', parse: parseSeed },
  ],
  async run({ options }, context) {
    const { runUntilStopped } = await import('../process/until-stopped.ts');
    return runUntilStopped({
      globals: options,
      context,
      overrides: { simulatorPort: options.port, seed: options.seed },
      start: async ({ settings }) => (await import('@autotrader/server')).startSimulatorProcess({ settings }),
    });
  },
});
