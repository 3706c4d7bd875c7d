import { defineCommand } from '../cli-command.ts';

interface ConfigOptions {
  readonly origin?: boolean;
}

export const configCommand = defineCommand<ConfigOptions>({
  name: 'config',
  summary: 'check the settings files, print what holds',
  examples: [
    'autotrader config check',
    'autotrader config check --config configs/autotrader.yaml',
    'autotrader config print --origin',
  ],
  options: [],
  actions: [
    { name: 'check', summary: 'read all settings; every problem at once, with file and line' },
    {
      name: 'print',
      summary: 'every setting that holds, one per line; of a secret only whether it is set',
      options: [{ flags: '--origin', description: 'also where each value comes from' }],
    },
  ],
  async run({ args, options }, context) {
    if (args[0] === 'print') {
      const { printConfig } = await import('../config-print.ts');
      return printConfig({ globals: options, origin: options.origin === true, context });
    }
    const { checkConfig } = await import('../config-check.ts');
    return checkConfig({ globals: options, context });
  },
});
