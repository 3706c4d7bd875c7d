import { z } from 'zod';
import { defineFault } from './fault.ts';

export const outage = defineFault({
  name: 'outage',
  summary: 'the source is down: a 5xx, or a connection closed without an answer',
  options: z.strictObject({
    how: z.enum(['status', 'hang_up']).default('status'),
    status: z.int().min(500).max(599).default(503),
  }),
  apply: (exchange, { how, status }) => {
    if (how === 'hang_up') return { ...exchange, delivery: { kind: 'hang_up', isReset: false } };
    const headers = { 'content-type': 'text/plain; charset=utf-8' };
    return { ...exchange, reply: { status, headers, body: 'upstream connect error or disconnect' } };
  },
});
