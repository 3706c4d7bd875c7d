import type { ReadingRule } from './rule.ts';

/** Refuses a reading that claims to be known and carries nothing. Replies reach us from outside, whatever the types say. */
export const notNullRule: ReadingRule = {
  rule: 'not_null',
  check: (_name, reading) => {
    const value: unknown = reading.value;
    if (typeof value !== 'object' || value === null || !('value' in value)) {
      return { severity: 'error', message: 'expected a value, got none' };
    }
    return value.value === null || value.value === undefined
      ? { severity: 'error', message: 'expected a number, got none' }
      : null;
  },
};
