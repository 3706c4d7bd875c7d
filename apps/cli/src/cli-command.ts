import type { Command } from 'commander';
import type { CliContext } from './context.ts';
import type { ExitCode } from './exit-codes.ts';

/**
 * A subcommand. The file that declares it is loaded for every `--help`, so it imports nothing heavy:
 * what does the work is imported by `run`.
 */
export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** Lines under the options of `--help`. */
  readonly examples: readonly string[];
  /** Adds arguments, options and subcommands. */
  define(command: Command): void;
  run(command: Command, context: CliContext): Promise<ExitCode>;
}

/** Options every subcommand has. */
export interface GlobalOptions {
  readonly config?: string;
  readonly observabilityConfig?: string;
  readonly logLevel?: string;
}
