import { z } from 'zod';
import { defineFault } from './fault.ts';

export const truncated = defineFault({
  name: 'truncated',
  summary: 'the body stops in the middle: the connection breaks, or the short body is passed off as complete',
  options: z.strictObject({
    keepFraction: z.number().min(0).max(0.99).default(0.5),
    connection: z.enum(['breaks', 'kept']).default('breaks'),
  }),
  apply: (exchange, { keepFraction, connection }) => {
    if (connection === 'breaks') return { ...exchange, delivery: { kind: 'cut', keepFraction } };
    const { body } = exchange.reply;
    const kept = body.slice(0, Math.floor(body.length * keepFraction));
    return { ...exchange, reply: { ...exchange.reply, body: kept } };
  },
});
