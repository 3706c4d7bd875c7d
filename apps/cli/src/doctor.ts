import { type DoctorCheck, doctorChecks } from '@autotrader/server';
import type { GlobalOptions } from './cli-command.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { observabilityFile } from './process/telemetry.ts';
import { createColors, wantsColor } from './terminal/colors.ts';

type Outcome = Awaited<ReturnType<DoctorCheck['run']>>;

/** Asks every part in turn and prints a line as soon as it answered. */
export async function runDoctor(options: {
  globals: GlobalOptions;
  live: boolean;
  context: CliContext;
}): Promise<ExitCode> {
  const { globals, context } = options;
  const checks = doctorChecks({
    env: context.env,
    live: options.live,
    file: globals.config,
    observabilityFile: observabilityFile(globals, context.env) ?? undefined,
  });
  let failed = false;
  for (const check of checks) {
    if (context.signal.aborted) return exitCodes.interrupted;
    const outcome = await check.run();
    failed ||= outcome.status === 'fail';
    context.stdout.write(toLine(check.name, outcome, wantsColor(context.stdout, context.env)));
  }
  return failed ? exitCodes.failed : exitCodes.done;
}

/** `PASS  store       opened and migrated`, and below a failure what to do about it. */
export function toLine(name: string, outcome: Outcome, color: boolean): string {
  const colors = createColors(color);
  const paint = { pass: colors.green, fail: colors.red, skip: colors.yellow }[outcome.status];
  const line = `${paint(outcome.status.toUpperCase())}  ${name.padEnd(10)}  ${outcome.detail}\n`;
  return outcome.remedy === undefined ? line : `${line}      ${' '.repeat(10)}  ${outcome.remedy}\n`;
}
