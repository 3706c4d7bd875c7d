import { defineCommand } from '../cli-command.ts';

export const configCommand = defineCommand({
  name: 'config',
  summary: 'check the settings files',
  examples: ['autotrader config check', 'autotrader config check --config configs/autotrader.yaml'],
  options: [],
  actions: [{ name: 'check', summary: 'read all settings; every problem at once, with file and line' }],
  async run({ options }, context) {
    const { checkConfig } = await import('../config-check.ts');
    return checkConfig({ globals: options, context });
  },
});
