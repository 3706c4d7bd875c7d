import { defineCommand } from '../cli-command.ts';

interface ConfigOptions {
  readonly origin?: boolean;
  readonly format?: 'text' | 'json';
}

export const configCommand = defineCommand<ConfigOptions>({
  name: 'config',
  summary: 'check the settings files, print what holds, describe them for editors',
  examples: [
    'autotrader config check',
    'autotrader config check --config configs/autotrader.yaml',
    'autotrader config print --origin',
    'autotrader config print --format json | jq .',
    'autotrader config schema observability > observability.schema.json',
  ],
  options: [],
  actions: [
    { name: 'check', summary: 'read all settings; every problem at once, with file and line' },
    {
      name: 'print',
      summary: 'every setting that holds, one per line; of a secret only whether it is set',
      options: [
        { flags: '--origin', description: 'also where each value comes from' },
        { flags: '--format <kind>', description: 'how', choices: ['text', 'json'], default: 'text' },
      ],
    },
    {
      name: 'schema',
      summary: 'JSON Schema of a settings file, for editors',
      argument: { name: 'file', description: 'observability, autotrader (default) or watchlist' },
    },
  ],
  async run({ args, options }, context) {
    const [action, ...rest] = args;
    if (action === 'print') {
      const { printConfig } = await import('../config-print.ts');
      return printConfig({ globals: options, origin: options.origin === true, format: options.format, context });
    }
    if (action === 'schema') {
      const { printSchema } = await import('../config-schema.ts');
      return printSchema(rest[0] ?? 'autotrader', context);
    }
    const { checkConfig } = await import('../config-check.ts');
    return checkConfig({ globals: options, context });
  },
});
