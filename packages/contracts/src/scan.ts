import { z } from 'zod';
import { checkViewSchema, instantSchema, quantityViewSchema } from './reading.ts';

export const verdicts = ['gem', 'watch', 'avoid', 'insufficient_data'] as const;
export const scanStates = ['queued', 'running', 'success', 'failure', 'timeout'] as const;

export const verdictSchema = z.enum(verdicts);
export const scanStateSchema = z.enum(scanStates);

const safetySchema = z
  .enum(['assessed', 'unknown', 'not_applicable'])
  .describe('unknown: an essential check could not be had, which is never read as safe');

/** Which token a scan is about. */
export const tokenRefSchema = z
  .strictObject({
    symbol: z.string(),
    name: z.string().nullable(),
    chain: z.string().nullable().describe('null for a native coin'),
    address: z.string().nullable(),
    coingecko_id: z.string().nullable(),
  })
  .meta({ id: 'TokenRef' });

export type TokenRef = z.infer<typeof tokenRefSchema>;

export const gemScoreViewSchema = z
  .strictObject({
    value: z.number().min(0).max(100),
    low: z.number().min(0).max(100).describe('Were every missing feature at its worst.'),
    high: z.number().min(0).max(100).describe('Were every missing feature at its best.'),
    model_version: z.string(),
  })
  .meta({ id: 'GemScore' });

export const featureInputViewSchema = z
  .strictObject({
    name: z.string(),
    value: z.number().nullable().describe('null: not known; `reason` says why'),
    source: z.string(),
    age_seconds: z.number().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ id: 'InputReading' });

/** A feature's share of the GemScore. A missing feature contributes nothing and is never guessed. */
export const featureViewSchema = z
  .discriminatedUnion('state', [
    z.strictObject({
      name: z.string(),
      state: z.literal('known'),
      value: z.number().min(0).max(1).describe('after penalties'),
      raw: z.number().min(0).max(1).describe('before penalties'),
      weight: z.number(),
      contribution: z.number().describe('100 × weight × value'),
      recency: z.number().min(0).max(1),
      completeness: z.number().min(0).max(1).describe('Share of the wanted inputs that were there.'),
      inputs: z.array(featureInputViewSchema),
      penalties: z.array(z.string()),
    }),
    z.strictObject({
      name: z.string(),
      state: z.literal('missing'),
      weight: z.number(),
      reason: z.string(),
      inputs: z.array(featureInputViewSchema),
    }),
  ])
  .meta({ id: 'Feature' });

export type FeatureView = z.infer<typeof featureViewSchema>;

/** A value that broke a rule. `error` values were dropped before the score, `warning` values were used. */
export const validationIssueViewSchema = z
  .strictObject({
    name: z.string(),
    source: z.string(),
    rule: z.string(),
    severity: z.enum(['error', 'warning']),
    message: z.string(),
  })
  .meta({ id: 'ValidationIssue' });

/** A feature's value from an earlier scan that stood in for one that could not be had. */
export const lastGoodViewSchema = z
  .strictObject({ name: z.string(), value: z.number(), observed_at: instantSchema })
  .meta({ id: 'LastGoodFeature' });

export const findingViewSchema = z
  .strictObject({
    code: z.string(),
    severity: z.enum(['low', 'medium', 'high', 'critical']),
    message: z.string(),
    evidence: z.string(),
    source: z.string(),
  })
  .meta({ id: 'Finding' });

export const callViewSchema = z
  .strictObject({
    source: z.string(),
    endpoint: z.string(),
    outcome: z.string().describe('`answered`, or why not'),
    obtained: z.enum(['network', 'cache', 'stale_cache']).nullable(),
    attempts: z.int(),
    duration_ms: z.number(),
    waited_ms: z.number(),
    detail: z.string().nullable(),
  })
  .meta({ id: 'Call' });

export const narrativeViewSchema = z
  .strictObject({
    provider: z.string(),
    sentiment: z.number().min(0).max(1).describe('0.5 is neutral'),
    momentum: z.number().min(0).max(1),
    themes: z.array(z.string()),
    summary: z.string(),
  })
  .meta({ id: 'Narrative' });

const finishedScan = {
  id: z.string(),
  token: tokenRefSchema,
  started_at: instantSchema,
  finished_at: instantSchema,
  trace_id: z.string().nullable(),
  missing: z.array(z.string()).describe('What could not be asked, and why.'),
  calls: z.array(callViewSchema),
};

/** A scan that ended, with all that it was judged by. The stable form of `autotrader scan --format json`. */
export const scanViewSchema = z
  .discriminatedUnion('status', [
    z.strictObject({
      ...finishedScan,
      status: z.literal('success'),
      gem_score: gemScoreViewSchema,
      confidence: z.number().min(0).max(1),
      verdict: verdictSchema,
      reason: z.string(),
      flags: z.array(z.string()),
      findings: z.array(findingViewSchema),
      features: z.array(featureViewSchema),
      quantities: z.array(quantityViewSchema),
      checks: z.array(checkViewSchema),
      safety: safetySchema,
      issues: z.array(validationIssueViewSchema),
      last_good: z.array(lastGoodViewSchema),
      scored_at: instantSchema.describe('The moment that ages are counted from.'),
      narrative: narrativeViewSchema.nullable(),
    }),
    z.strictObject({
      ...finishedScan,
      status: z.enum(['failure', 'timeout']),
      error: z.strictObject({ code: z.string(), type: z.string(), message: z.string() }),
    }),
  ])
  .meta({ id: 'Scan' });

export type ScanView = z.infer<typeof scanViewSchema>;

/** A scan that was asked for, whatever became of it. `result` is null until it ended. */
export const scanRecordViewSchema = z
  .strictObject({
    id: z.string(),
    token: tokenRefSchema,
    state: scanStateSchema,
    requested_at: instantSchema,
    result: scanViewSchema.nullable(),
  })
  .meta({ id: 'ScanRecord' });

export type ScanRecordView = z.infer<typeof scanRecordViewSchema>;

/** The same without the particulars: a line of a list. What is not known is null. */
export const scanSummarySchema = z
  .strictObject({
    id: z.string(),
    token_symbol: z.string(),
    state: scanStateSchema,
    requested_at: instantSchema,
    finished_at: instantSchema.nullable(),
    trace_id: z.string().nullable(),
    verdict: verdictSchema.nullable(),
    gem_score: gemScoreViewSchema.nullable(),
    confidence: z.number().min(0).max(1).nullable(),
    safety: safetySchema.nullable(),
    flags: z.array(z.string()),
    reason: z.string().nullable().describe('Why this verdict; for a scan without one, why not.'),
    missing: z.array(z.string()),
    oldest_input_age_seconds: z.number().nullable().describe('Age of the oldest input when the scan ended.'),
  })
  .meta({ id: 'ScanSummary' });

export type ScanSummary = z.infer<typeof scanSummarySchema>;

export const scanRequestSchema = z
  .strictObject({
    symbols: z
      .array(z.string().min(1).max(64))
      .min(1)
      .max(500)
      .optional()
      .describe('Symbols of the watchlist; all of them when left out.'),
  })
  .meta({ id: 'ScanRequest' });

export type ScanRequest = z.infer<typeof scanRequestSchema>;

export const scanAcceptedSchema = z
  .strictObject({ scans: z.array(z.strictObject({ id: z.string(), token_symbol: z.string() })) })
  .meta({ id: 'ScanAccepted' });

export type ScanAccepted = z.infer<typeof scanAcceptedSchema>;

export const scanListQuerySchema = z.strictObject({
  status: scanStateSchema.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

export const scanListSchema = z.strictObject({ scans: z.array(scanSummarySchema) }).meta({ id: 'ScanList' });

export type ScanList = z.infer<typeof scanListSchema>;

export const scanParamsSchema = z.strictObject({ id: z.string().min(1).max(128) });
