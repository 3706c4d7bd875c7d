/** What the process ends with. Scripts rely on these numbers. */
export const exitCodes = {
  done: 0,
  failed: 1,
  /** Wrong usage or wrong configuration: running the same command again cannot help. */
  usage: 2,
  /** Every token was tried and at least one has no score. */
  someFailed: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
