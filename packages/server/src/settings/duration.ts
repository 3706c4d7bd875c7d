import { textLike } from './matching-text.ts';

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const pattern = /^(\d{1,6})(ms|s|m|h|d)$/;

/** A length of time as people write it (`250ms`, `90s`, `15m`, `1h`), as milliseconds. */
export const durationSchema = textLike(pattern, 'a number with a unit, such as 500ms, 20s, 15m or 1h').transform(
  (text) => {
    const [, digits = '0', unit = 'ms'] = pattern.exec(text) ?? [];
    return Number(digits) * unitMs[unit as keyof typeof unitMs];
  },
);

/** The same, and long enough to mean something: a pause of nothing would be a busy loop. */
export const pauseSchema = durationSchema.refine((ms) => ms >= 10, { error: 'at least 10ms' });
