import { z } from 'zod';

/**
 * An error as RFC 9457 problem details. Callers branch on `code`, which is never reused; `type` stays `about:blank`,
 * so `title` is the phrase of the HTTP status.
 */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    code: z.string(),
    trace_id: z.string().nullable(),
    errors: z
      .array(z.strictObject({ path: z.string(), message: z.string() }))
      .optional()
      .describe('Every fault of the request, by JSON pointer.'),
    nearest: z.array(z.string()).optional().describe('Known names close to the one that was asked for.'),
  })
  .meta({ id: 'Problem' });

export type Problem = z.infer<typeof problemSchema>;

/** Media type of an error's body. */
export const problemContentType = 'application/problem+json';
