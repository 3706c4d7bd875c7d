import { z } from 'zod';
import { defineFault } from './fault.ts';

export const staleData = defineFault({
  name: 'stale_data',
  summary: 'a healthy-looking reply with the market of some time ago',
  options: z.strictObject({ ageMs: z.int().min(60_000).max(31_536_000_000).default(21_600_000) }),
  apply: (exchange, { ageMs }, { answerAgo }) => ({ ...exchange, reply: answerAgo(ageMs) }),
});
