import { z } from 'zod';
import { defineFault } from './fault.ts';

export const rateLimit = defineFault({
  name: 'rate_limit',
  summary: 'the source\'s own "too many requests"; no Retry-After unless asked for, as most of them send none',
  options: z.strictObject({ retryAfterSeconds: z.int().min(0).max(86_400).optional() }),
  apply: (exchange, { retryAfterSeconds }, { fake }) => ({
    ...exchange,
    reply: fake.tooManyRequests(retryAfterSeconds),
  }),
});
