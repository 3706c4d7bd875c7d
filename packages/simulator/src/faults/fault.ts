import type { FakeReply, SourceFake } from '@autotrader/sources/fakes';
import type { z } from 'zod';

/** How the bytes of a reply reach the client. */
export type Delivery =
  | { readonly kind: 'whole' }
  /** Announces the whole body and closes after a part of it. */
  | { readonly kind: 'cut'; readonly keepFraction: number }
  | { readonly kind: 'drip'; readonly bytesPerChunk: number; readonly everyMs: number }
  /** Closes without a byte: politely, or with a TCP reset. */
  | { readonly kind: 'hang_up'; readonly isReset: boolean };

/** A reply on its way, which faults may change. */
export interface Exchange {
  readonly reply: FakeReply;
  readonly delayMs: number;
  readonly delivery: Delivery;
}

export interface FaultContext {
  readonly fake: SourceFake;
  /** What the source would have answered that long ago. */
  answerAgo(ageMs: number): FakeReply;
  /** Seeded, 0 ≤ x < 1. */
  random(): number;
}

export type ApplyFault = (exchange: Exchange, context: FaultContext) => Exchange;

/** One way in which a source can misbehave. */
export interface FaultDefinition {
  readonly name: string;
  /** One line for people. */
  readonly summary: string;
  /** What a rule may set; every option has a default. */
  readonly options: z.ZodType;
  /** @throws ZodError when the options do not fit `options` */
  bind(options: unknown): ApplyFault;
}

/** Declares a fault; the type of its options follows from their schema. */
export function defineFault<const Name extends string, Options extends z.ZodType>(fault: {
  readonly name: Name;
  readonly summary: string;
  readonly options: Options;
  readonly apply: (exchange: Exchange, options: z.output<Options>, context: FaultContext) => Exchange;
}): FaultDefinition & { readonly name: Name } {
  const { name, summary, options, apply } = fault;
  return {
    name,
    summary,
    options,
    bind: (given) => {
      const parsed = options.parse(given);
      return (exchange, context) => apply(exchange, parsed, context);
    },
  };
}
