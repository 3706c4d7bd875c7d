import { z } from 'zod';
import { defineFault } from './fault.ts';

/** Prices and depth, as the three sources call them. */
const defaultKeys = ['current_price', 'priceUsd', 'liquidity', 'market_cap', 'holder_count'];

export const wrongNumbers = defineFault({
  name: 'wrong_numbers',
  summary: 'a well-formed reply whose numbers are off by a factor; a negative one gives impossible values',
  options: z.strictObject({
    factor: z.number().default(1_000),
    keys: z.array(z.string().min(1)).min(1).max(100).default(defaultKeys),
  }),
  apply: (exchange, { factor, keys }) => {
    const wanted = new Set(keys);
    const body = scaled(exchange.reply.body, (key) => (wanted.has(key) ? factor : undefined));
    return { ...exchange, reply: { ...exchange.reply, body } };
  },
});

/** A body that is not JSON has no numbers to change. */
function scaled(body: string, factorOf: (key: string) => number | undefined): string {
  try {
    return JSON.stringify(scaleValue(JSON.parse(body), undefined, factorOf));
  } catch {
    return body;
  }
}

/** Everything below a wanted key is scaled, so that `current_price: { usd: … }` is too. Strings of digits stay strings. */
function scaleValue(
  value: unknown,
  factor: number | undefined,
  factorOf: (key: string) => number | undefined,
): unknown {
  if (Array.isArray(value)) return value.map((item) => scaleValue(item, factor, factorOf));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, inner]) => [
      key,
      scaleValue(inner, factorOf(key) ?? factor, factorOf),
    ]);
    return Object.fromEntries(entries);
  }
  if (factor === undefined) return value;
  if (typeof value === 'number') return value * factor;
  const isNumeric = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  return isNumeric ? String(Number(value) * factor) : value;
}
