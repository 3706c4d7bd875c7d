import { z } from 'zod';
import { defineFault } from './fault.ts';

export const latency = defineFault({
  name: 'latency',
  summary: 'the reply comes late',
  options: z
    .strictObject({
      minMs: z.number().min(0).max(600_000).default(2_000),
      maxMs: z.number().min(0).max(600_000).optional(),
    })
    .refine(({ minMs, maxMs }) => maxMs === undefined || maxMs >= minMs, 'maxMs must not be less than minMs'),
  apply: (exchange, { minMs, maxMs = minMs }, { random }) => ({
    ...exchange,
    delayMs: exchange.delayMs + minMs + random() * (maxMs - minMs),
  }),
});
