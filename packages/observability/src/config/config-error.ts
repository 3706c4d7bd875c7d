/** Stable codes of what can be wrong with a configuration; a code is never given a second meaning. */
export type ConfigErrorCode =
  | 'OBS_CONFIG_MISSING'
  | 'OBS_CONFIG_UNREADABLE'
  | 'OBS_CONFIG_SYNTAX'
  | 'OBS_CONFIG_VARIABLE'
  | 'OBS_CONFIG_INVALID';

/** One thing that is wrong, and where. */
export interface ConfigProblem {
  readonly code: ConfigErrorCode;
  /** `file:line:column`, `environment LOG_LEVEL` or `command line`. */
  readonly where: string;
  /** Dotted path of the key, empty when the problem is not about one. */
  readonly key: string;
  /** What was expected and what came, never with the value of a secret. */
  readonly message: string;
}

/** A configuration that cannot be used. All its problems at once; nothing has been started. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  /** The code of the first problem. */
  readonly code: ConfigErrorCode;
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[], options?: ErrorOptions) {
    super(problems.map(formatProblem).join('\n'), options);
    this.code = problems[0]?.code ?? 'OBS_CONFIG_INVALID';
    this.problems = problems;
  }
}

function formatProblem({ where, key, message }: ConfigProblem): string {
  return key === '' ? `${where} ${message}` : `${where} ${key}: ${message}`;
}
