import { z } from 'zod';
import { defineFault } from './fault.ts';

export const errorBody = defineFault({
  name: 'error_body',
  summary: 'HTTP 200 with the error body of the source',
  options: z.strictObject({}),
  apply: (exchange, _options, { fake }) => ({ ...exchange, reply: fake.errorInsideSuccess() }),
});
