/** Every way in which bytes are no OTLP, with its stable code. A code is never reused. */
export const otlpDecodeErrorCodes = {
  /** The message ends before something in it does. */
  truncated: 'OBS_OTLP_TRUNCATED',
  /** Not protobuf, or not JSON. */
  malformed: 'OBS_OTLP_MALFORMED',
  /** A field holds what it cannot hold. */
  value: 'OBS_OTLP_VALUE',
  /** Values within values beyond what is read. */
  too_deep: 'OBS_OTLP_TOO_DEEP',
  /** So many messages in so few bytes that memory would multiply. */
  too_dense: 'OBS_OTLP_TOO_DENSE',
} as const;

export type OtlpDecodeErrorKind = keyof typeof otlpDecodeErrorCodes;

const maxPathLength = 160;

/** Bytes that are no OTLP. Callers branch on `code`. The message names the field, and nothing that came as a value. */
export class OtlpDecodeError extends Error {
  override readonly name = 'OtlpDecodeError';
  readonly code: (typeof otlpDecodeErrorCodes)[OtlpDecodeErrorKind];
  private readonly problem: string;
  private pieces = '';

  constructor(kind: OtlpDecodeErrorKind, problem: string) {
    super(problem);
    this.code = otlpDecodeErrorCodes[kind];
    this.problem = problem;
  }

  /** Where it is, in the protocol's own names, e.g. `resource_spans[0].scope_spans[2].spans[17].name`; empty at the root. */
  get path(): string {
    return this.pieces;
  }

  /** Called by each message on the way out, innermost first: a path on the way in would be paid for by those without faults. */
  within(piece: string): this {
    const { pieces } = this;
    const whole = pieces === '' || pieces.startsWith('[') ? `${piece}${pieces}` : `${piece}.${pieces}`;
    this.pieces = whole.length > maxPathLength ? `${whole.slice(0, maxPathLength)}…` : whole;
    this.message = `${this.pieces}: ${this.problem}`;
    return this;
  }
}

/** @returns the same error, knowing one piece more of its path */
export function locate(error: unknown, piece: string): unknown {
  return error instanceof OtlpDecodeError ? error.within(piece) : error;
}
