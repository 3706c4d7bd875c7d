import { z } from 'zod';
import { defineFault } from './fault.ts';

export const reset = defineFault({
  name: 'reset',
  summary: 'the connection is reset instead of answered',
  options: z.strictObject({}),
  apply: (exchange) => ({ ...exchange, delivery: { kind: 'hang_up', isReset: true } }),
});
