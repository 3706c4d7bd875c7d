import type { ExitCode } from './exit-codes.ts';
import { exitCodes } from './exit-codes.ts';

interface CliErrorFacts {
  readonly what: string;
  /** The next thing to do, as a sentence. */
  readonly remedy: string;
}

const rows = {
  CLI_FOLDER_UNWRITABLE: exitCodes.failed,
  CLI_SCHEMA_UNKNOWN: exitCodes.usage,
} as const satisfies Record<string, ExitCode>;

export type CliErrorCode = keyof typeof rows;

/** A mistake the person at the keyboard can put right. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly code: CliErrorCode;
  readonly exitCode: ExitCode;
  readonly remedy: string;

  constructor(code: CliErrorCode, facts: CliErrorFacts, options?: { cause?: unknown }) {
    super(facts.what, options);
    this.code = code;
    this.exitCode = rows[code];
    this.remedy = facts.remedy;
  }
}
