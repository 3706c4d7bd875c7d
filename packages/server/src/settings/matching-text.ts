import { z } from 'zod';

/**
 * Text of a certain form. `expected` completes the sentence "expected …"; a plain `regex` would be explained by its
 * pattern, which helps nobody who mistyped a port.
 */
export function textLike(pattern: RegExp, expected: string): z.ZodString {
  return z.string().refine((text) => pattern.test(text), { error: expected });
}
