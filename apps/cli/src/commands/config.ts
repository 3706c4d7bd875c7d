import type { CliCommand, GlobalOptions } from '../cli-command.ts';

export const configCommand: CliCommand = {
  name: 'config',
  summary: 'check the settings files',
  examples: ['autotrader config check', 'autotrader config check --config configs/autotrader.yaml'],
  define(command) {
    command.command('check').description('read all settings; every problem at once, with file and line');
  },
  async run(command, context) {
    const { checkConfig } = await import('../config-check.ts');
    return checkConfig({ globals: command.optsWithGlobals<GlobalOptions>(), context });
  },
};
