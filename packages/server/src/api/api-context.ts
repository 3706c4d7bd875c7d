import type { Health } from '@autotrader/contracts';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { MarketKind } from '../settings/settings-schema.ts';
import type { Board } from './board.ts';

/** What the routes work with. */
export interface ApiContext {
  readonly board: Board;
  readonly market: MarketKind;
  /** Epoch milliseconds, the market's. */
  readonly now: () => number;
  readonly health: () => Promise<Health>;
  /** Where the metrics are; `null` when this process does not know. */
  readonly metricsUrl: string | null;
  readonly version: string;
}

/** An app whose handlers get what the schemas promise. */
export type ApiApp = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export const notice = 'Informational only, not financial advice.';
