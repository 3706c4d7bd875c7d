import pc from 'picocolors';
import type { CliContext, Output } from '../context.ts';

export type Colors = ReturnType<typeof pc.createColors>;

/** Functions that colour a text, or leave it as it is. */
export function createColors(enabled: boolean): Colors {
  return pc.createColors(enabled);
}

/** Colour is for people: a terminal that is not a dumb one, and `NO_COLOR` not set. */
export function wantsColor(output: Output, env: CliContext['env']): boolean {
  const refused = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  return output.isTerminal && !refused && env['TERM'] !== 'dumb';
}
