/** Output as read back. Written from the formats' specifications, sharing no code with the encoder it judges. */
export interface ParsedFamily {
  readonly name: string;
  /** As spelled; `unknown` where the output names none. */
  readonly type: string;
  readonly help: string;
  readonly unit?: string;
  readonly samples: readonly ParsedSample[];
}

export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** A native histogram in OpenMetrics has a structure here; it is kept as text. */
  readonly value: number | string;
  readonly timestamp?: number;
  readonly exemplar?: ParsedExemplar;
}

export interface ParsedExemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestamp?: number;
}

export class ExpositionSyntaxError extends Error {
  override readonly name = 'ExpositionSyntaxError';

  constructor(problem: string, line: string) {
    super(`${problem}: ${JSON.stringify(line)}`);
  }
}
