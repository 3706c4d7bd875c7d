import { describe, expect, it } from 'vitest';
import { readSharedData } from '../../metrics/shared-data.fixture.ts';
import type { LogFields } from '../log-record.ts';
import { createPrettyLine } from '../terminal/pretty-line.ts';
import { createLineEncoder } from './line-encoder.ts';

const strings = JSON.parse(readSharedData('conformance/json/blns.json') ?? '[]') as string[];
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const identity = { serviceName: 'shop', environment: 'test', version: '1' };
const encode = createLineEncoder(identity, { redactFields: [], defaultFields: {} });
const pretty = createPrettyLine(true);

function lineOf(event: string, fields: LogFields): string {
  return encode({ level: 'INFO', logger: 'l', event, bound: undefined, fields }, { timeMs: 0, ids: undefined }).line;
}

describe.skipIf(strings.length === 0)(
  'the big list of naughty strings (skipped where conformance data is absent)',
  () => {
    it('survives as event, field name and value', () => {
      for (const text of strings) {
        const line = lineOf(text, { value: text, list: [text], [`x${text}`]: 1 });
        const record = JSON.parse(line) as Record<string, unknown>;
        expect(line).not.toMatch(unsafe);
        if (/[=:]/.test(text)) continue; // What looks like a credential may be removed.
        expect(record).toMatchObject({ event: text, value: text, list: [text], [`x${text}`]: 1 });
      }
    });

    it('never reaches a terminal as a control sequence', () => {
      for (const text of strings) {
        const shown = createPrettyLine(false)(lineOf(text, { value: text, nested: { text } }));
        expect(shown).not.toMatch(unsafe);
        expect(() => pretty(lineOf(text, { [text]: text }))).not.toThrow();
      }
    });
  },
);
