import { describe, expect, test } from 'vitest';
import { readSharedData } from '../../shared-data.fixture.ts';
import { parseOpenMetrics } from './openmetrics-parser.fixture.ts';
import { parseStrictly } from './strict-parser.fixture.ts';
import { decodeUtf8, parseText } from './text-parser.fixture.ts';

interface Case {
  readonly id: string;
  readonly format: 'text' | 'om';
  readonly valid: boolean;
  readonly b64: string;
  readonly contested: boolean;
}

const shared = readSharedData('conformance/exposition/cases.jsonl');

describe.skipIf(shared === null)('the readers these tests judge by (skipped where the shared data is absent)', () => {
  const cases = (shared ?? '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case)
    .filter(({ contested }) => !contested);

  /** Null, or why it was refused. */
  function refusal({ format, b64 }: Case, isStrict = false): string | null {
    try {
      const text = decodeUtf8(Buffer.from(b64, 'base64'));
      if (isStrict) parseStrictly(text, format === 'om' ? 'openmetrics' : 'text');
      else if (format === 'om') parseOpenMetrics(text);
      else parseText(text);
      return null;
    } catch (error) {
      return String(error);
    }
  }

  const show = (one: Case) => [one.id, Buffer.from(one.b64, 'base64').toString(), refusal(one)];

  test('accept what the official parsers accept', () => {
    const wronglyRefused = cases.filter(({ valid }) => valid).filter((one) => refusal(one) !== null);
    expect(wronglyRefused.map(show)).toEqual([]);
  });

  test('refuse what the official parsers refuse', () => {
    const wronglyAccepted = cases.filter(({ valid }) => !valid).filter((one) => refusal(one) === null);
    expect(wronglyAccepted.map(show)).toEqual([]);
  });

  test('are shown all cases that nobody contests', () => {
    expect(cases).toHaveLength(664);
  });

  test('and the reader of our own output is stricter, never looser', () => {
    const loose = cases.filter((one) => refusal(one) !== null && refusal(one, true) === null);
    expect(loose.map(show)).toEqual([]);
    expect(cases.filter((one) => refusal(one, true) === null).length).toBeGreaterThan(20);
  });
});
