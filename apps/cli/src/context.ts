/** One of the two output streams, as much of it as commands need. */
export interface Output {
  readonly isTerminal: boolean;
  /** Character cells per line; 80 where the stream cannot tell. */
  readonly columns: number;
  write(text: string): void;
}

/** All that a command may know of the process it runs in. */
export interface CliContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  readonly version: string;
}

/** Colour is for people: a terminal, without `NO_COLOR` and not a dumb one. */
export function wantsColor(output: Output, env: CliContext['env']): boolean {
  const refused = env['NO_COLOR'] !== undefined && env['NO_COLOR'] !== '';
  return output.isTerminal && !refused && env['TERM'] !== 'dumb';
}
