import { z } from 'zod';
import { defineFault } from './fault.ts';

export const malformedJson = defineFault({
  name: 'malformed_json',
  summary: 'a complete body that is not JSON',
  options: z.strictObject({}),
  // No JSON value can follow an opening brace without a key, so this is broken whatever the body was.
  apply: (exchange) => ({ ...exchange, reply: { ...exchange.reply, body: `{${exchange.reply.body}` } }),
});
