import { defineCommand } from '../cli-command.ts';

interface DoctorOptions {
  readonly live?: boolean;
}

export const doctorCommand = defineCommand<DoctorOptions>({
  name: 'doctor',
  summary: 'is everything in its place? One PASS, FAIL or SKIP line per part',
  examples: ['autotrader doctor', 'autotrader doctor --live'],
  options: [{ flags: '--live', description: 'ask the real sources once each' }],
  async run({ options }, context) {
    const { runDoctor } = await import('../doctor.ts');
    return runDoctor({ globals: options, live: options.live === true, context });
  },
});
