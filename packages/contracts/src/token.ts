import { z } from 'zod';
import { instantSchema } from './reading.ts';
import { scanRecordViewSchema, scanSummarySchema, tokenRefSchema } from './scan.ts';

/** A token of the watchlist with what is known of it now. */
export const tokenViewSchema = z
  .strictObject({
    ...tokenRefSchema.shape,
    waiting: z.enum(['queued', 'running']).nullable().describe('State of a newer scan that has not ended.'),
    latest: scanSummarySchema.nullable().describe('Newest scan that ended; null before the first.'),
  })
  .meta({ id: 'Token' });

export type TokenView = z.infer<typeof tokenViewSchema>;

export const tokenListSchema = z
  .strictObject({
    as_of: instantSchema,
    market: z.enum(['simulated', 'live', 'replay']),
    notice: z.string(),
    tokens: z.array(tokenViewSchema),
  })
  .meta({ id: 'TokenList' });

export type TokenList = z.infer<typeof tokenListSchema>;

export const tokenDetailSchema = z
  .strictObject({
    as_of: instantSchema,
    notice: z.string(),
    token: tokenViewSchema,
    scan: scanRecordViewSchema.nullable(),
  })
  .meta({ id: 'TokenDetail' });

export type TokenDetail = z.infer<typeof tokenDetailSchema>;

export const tokenParamsSchema = z.strictObject({ symbol: z.string().min(1).max(128) });
