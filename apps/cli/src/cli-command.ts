import type { CliContext } from './context.ts';
import type { ExitCode } from './exit-codes.ts';

export interface CliOption {
  /** As in `--port <n>`; without a value in angle brackets it is a switch. */
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** @throws RangeError whose message says what is expected */
  readonly parse?: (text: string) => unknown;
}

export interface CliInput<O> {
  readonly args: readonly string[];
  readonly options: O & GlobalOptions;
}

/** Options every subcommand has. */
export interface GlobalOptions {
  readonly config?: string;
  readonly observabilityConfig?: string;
  readonly logLevel?: string;
}

export interface CliAction {
  readonly name: string;
  readonly summary: string;
  readonly argument?: { readonly name: string; readonly description: string };
  readonly options?: readonly CliOption[];
}

/**
 * A subcommand, declared. Its file is loaded for every `--help`, so it imports nothing heavy: what does the work is
 * imported by `run`.
 */
export interface CliCommand {
  readonly name: string;
  readonly summary: string;
  /** Lines under the options of `--help`. */
  readonly examples: readonly string[];
  readonly argument?: { readonly name: string; readonly description: string };
  readonly options: readonly CliOption[];
  /** Where there are any, one of them must be named; `run` gets it as its first argument. */
  readonly actions?: readonly CliAction[];
  run(input: CliInput<Record<string, unknown>>, context: CliContext): Promise<ExitCode>;
}

interface Declaration<O> extends Omit<CliCommand, 'run'> {
  run(input: CliInput<O>, context: CliContext): Promise<ExitCode>;
}

/** Gives `run` its options under their own types: what `options` declares and `O` must be kept in step by hand. */
export function defineCommand<O>(declaration: Declaration<O>): CliCommand {
  return {
    ...declaration,
    run: ({ args, options }, context) => declaration.run({ args, options: options as O & GlobalOptions }, context),
  };
}
