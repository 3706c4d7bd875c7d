import { z } from 'zod';
import { instantSchema } from './reading.ts';

export const healthStates = ['ok', 'degraded', 'down'] as const;

/** Liveness: the process answers. Says nothing about what it depends on. */
export const livenessSchema = z.strictObject({ status: z.literal('ok') }).meta({ id: 'Liveness' });

export type Liveness = z.infer<typeof livenessSchema>;

/** What the service depends on, each part with its cause when it is not well. */
export const healthSchema = z
  .strictObject({
    status: z.enum(healthStates),
    service: z.string(),
    version: z.string(),
    market: z.enum(['simulated', 'live', 'replay']),
    as_of: instantSchema,
    checks: z.record(
      z.string(),
      z.strictObject({
        status: z.enum(healthStates),
        cause: z.string().optional(),
        age_seconds: z.number().describe('Age of the answer.'),
        duration_seconds: z.number(),
      }),
    ),
  })
  .meta({ id: 'Health' });

export type Health = z.infer<typeof healthSchema>;
