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
