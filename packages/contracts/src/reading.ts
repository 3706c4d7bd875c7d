import { z } from 'zod';

/** An instant as RFC 3339 in UTC with milliseconds. */
export const instantSchema = z.iso.datetime().describe('RFC 3339, UTC, milliseconds');

const obtainedSchema = z
  .enum(['network', 'cache', 'stale_cache'])
  .describe(
    'How the value was got; stale_cache means that the source could not be asked and an older answer was kept.',
  );

const knownReading = {
  value: z.number(),
  raw: z.string().describe('The digits as the source wrote them; a double cannot hold all of them.'),
  source: z.string(),
  endpoint: z.string(),
  observed_at: instantSchema.describe('When the value was true at the source.'),
  age_seconds: z.number().describe('Age when the scan was scored.'),
  obtained: obtainedSchema,
};

/**
 * A number from outside, never bare: it names its source and age, and one that is absent says why. There is no
 * zero in the place of something that is not known.
 */
export const readingViewSchema = z
  .discriminatedUnion('state', [
    z.strictObject({ state: z.literal('fresh'), ...knownReading }),
    z.strictObject({ state: z.literal('stale'), ...knownReading }),
    z.strictObject({
      state: z.literal('missing'),
      reason: z
        .string()
        .describe(
          '`no_record` and `not_reported` are statements of the source; others mean that it could not be asked.',
        ),
      source: z.string(),
      endpoint: z.string(),
      detail: z.string().optional(),
    }),
  ])
  .meta({ id: 'Reading' });

export type ReadingView = z.infer<typeof readingViewSchema>;

/** A quantity as it was judged, beside everything the sources said about it. */
export const quantityViewSchema = z
  .strictObject({
    name: z.string(),
    chosen: readingViewSchema,
    readings: z.array(readingViewSchema),
    disagreement_fraction: z
      .number()
      .nullable()
      .describe('Largest relative difference between two sources that answered; null with fewer than two.'),
  })
  .meta({ id: 'Quantity' });

export type QuantityView = z.infer<typeof quantityViewSchema>;

/** One safety statement, worded so that `pass` is good for a holder. `unknown` is neither. */
export const checkViewSchema = z
  .discriminatedUnion('state', [
    z.strictObject({
      name: z.string(),
      state: z.enum(['pass', 'fail']),
      evidence: z.string(),
      source: z.string(),
      endpoint: z.string(),
      observed_at: instantSchema,
      age_seconds: z.number(),
    }),
    z.strictObject({
      name: z.string(),
      state: z.literal('unknown'),
      reason: z.string(),
      source: z.string(),
      endpoint: z.string(),
      detail: z.string().optional(),
    }),
  ])
  .meta({ id: 'Check' });

export type CheckView = z.infer<typeof checkViewSchema>;
