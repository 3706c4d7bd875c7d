import type { CliCommand, GlobalOptions } from '../cli-command.ts';

interface DoctorOptions extends GlobalOptions {
  readonly live?: boolean;
}

export const doctorCommand: CliCommand = {
  name: 'doctor',
  summary: 'is everything in its place? One PASS, FAIL or SKIP line per part',
  examples: ['autotrader doctor', 'autotrader doctor --live'],
  define(command) {
    command.option('--live', 'ask the real sources once each');
  },
  async run(command, context) {
    const options = command.optsWithGlobals<DoctorOptions>();
    const { runDoctor } = await import('../doctor.ts');
    return runDoctor({ globals: options, live: options.live === true, context });
  },
};
