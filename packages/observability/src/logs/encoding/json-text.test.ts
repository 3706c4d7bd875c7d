import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listSharedData, readSharedData } from '../../metrics/shared-data.fixture.ts';
import { toJsonText } from './json-text.ts';
import { createLineEncoder } from './line-encoder.ts';
import { encodingLimits } from './value-encoder.ts';

// What some reader takes for the end of a line, some terminal for a command, or that turns the writing direction.
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe('toJsonText', () => {
  it('is read back as what it was, with U+FFFD for halves of surrogate pairs', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(JSON.parse(toJsonText(text))).toBe(text.replace(/\p{Surrogate}/gu, '\ufffd'));
      }),
    );
  });

  it('holds nothing that ends a line or that a terminal obeys', () => {
    for (let code = 0; code < 0x10000; code += 1) {
      const text = `a${String.fromCharCode(code)}b`;
      expect(unsafe.test(toJsonText(text)), code.toString(16)).toBe(false);
      if (code < 0xd800 || code > 0xdfff) expect(JSON.parse(toJsonText(text))).toBe(text);
    }
  });
});

const folder = 'conformance/json/JSONTestSuite/test_parsing';
const files = listSharedData(folder);

describe.skipIf(files.length === 0)('JSONTestSuite (skipped where conformance data is absent)', () => {
  const encode = createLineEncoder(
    { serviceName: 'shop', environment: 'test', version: '1' },
    { redactFields: [], defaultFields: {} },
  );
  const lineOf = (value: unknown): string => {
    const record = { level: 'INFO', logger: 'l', event: 'e', bound: undefined, fields: { value } } as const;
    return encode(record, { timeMs: 0, ids: undefined }).line;
  };
  const read = (file: string): string => readSharedData(`${folder}/${file}`) ?? '';

  it.each(files)('%s comes back as the text it is', (file) => {
    const text = read(file);
    const line = lineOf(text);
    expect(line).not.toMatch(unsafe);
    const { value } = JSON.parse(line) as { value: string };
    if (text.length <= encodingLimits.text) expect(value).toBe(text.replace(/\p{Surrogate}/gu, '\ufffd'));
    else expect(value).toContain(`[cut, ${text.length} characters]`);
  });

  it.each(files.filter((file) => /^[yi]_/.test(file)))('%s comes back as the value it means', (file) => {
    const parsed = parse(read(file));
    if (parsed === undefined) return;
    const line = lineOf(parsed.value);
    expect(line).not.toMatch(unsafe);
    if (file.includes('nested')) return; // Deeper than a line goes.
    expect((JSON.parse(line) as { value: unknown }).value).toEqual(expected(parsed.value));
  });
});

function parse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

/** Infinity, which JSON writes as 1e999, is a word in a line; minus zero is zero, as for JSON.stringify. */
function expected(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value + 0 : String(value);
  if (typeof value === 'string') return value.replace(/\p{Surrogate}/gu, '\ufffd');
  if (Array.isArray(value)) return value.map(expected);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [expected(key), expected(item)]));
}
