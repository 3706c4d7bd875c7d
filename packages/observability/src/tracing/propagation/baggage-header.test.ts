import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BaggageItem, formatBaggage, longestHeader, mostEntries, parseBaggage } from './baggage-header.ts';

const item = (key: string, value: string, metadata?: string): BaggageItem => ({ key, value, metadata });

describe('a baggage header', () => {
  it('is read as the standard writes it', () => {
    expect(
      parseBaggage('key1=value1;property1;property2, key2 = value2, key3=value3; propertyKey=propertyValue'),
    ).toEqual([
      item('key1', 'value1', 'property1;property2'),
      item('key2', 'value2'),
      item('key3', 'value3', 'propertyKey=propertyValue'),
    ]);
    expect(parseBaggage('userId=Am%C3%A9lie,empty=,eq=a=b')).toEqual([
      item('userId', 'Amélie'),
      item('empty', ''),
      item('eq', 'a=b'),
    ]);
  });

  it.each(['', ',,,', '=', '=value', ';', 'key', 'key;property', ' = ', ',=,;,'])(
    'has no entries when it is %j',
    (header) => {
      expect(parseBaggage(header)).toEqual([]);
    },
  );

  it('shows octets that are no UTF-8 as U+FFFD instead of failing', () => {
    expect(parseBaggage('a=%ff%41,b=100%,c=%C3,d=é%zz')).toEqual([
      item('a', '\ufffdA'),
      item('b', '100%'),
      item('c', '\ufffd'),
      item('d', 'é%zz'),
    ]);
  });

  it('writes what cannot stand in a header as percent codes, and no line break anywhere', () => {
    const { header } = formatBaggage([
      item('näme', 'a,b;c="d"\\ \r\nx: y', 'ok=1'),
      item('k()', '\ud800', 'x\r\ny: z'),
    ]);
    expect(header).toBe('n%C3%A4me=a%2Cb%3Bc%3D%22d%22%5C%20%0D%0Ax%3A%20y;ok=1,k%28%29=%EF%BF%BD');
  });

  it('keeps any entries through writing and reading', () => {
    const text = fc.string({ unit: 'grapheme' });
    const entries = fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }), text, { maxKeys: 10 });
    fc.assert(
      fc.property(entries, (record) => {
        const items = Object.entries(record).map(([key, value]) => item(key, value));
        expect(parseBaggage(formatBaggage(items).header ?? '')).toEqual(items);
      }),
    );
  });

  it('stays within its limits when written, and tells how many entries were left', () => {
    const many = Array.from({ length: 300 }, (_, index) => item(`k${index}`, 'v'));
    expect(formatBaggage(many)).toMatchObject({ left: 300 - mostEntries });
    const wide = Array.from({ length: 100 }, (_, index) => item(`k${index}`, 'x'.repeat(200)));
    const { header = '', left } = formatBaggage(wide);
    expect(header.length).toBeLessThanOrEqual(longestHeader);
    expect(left).toBe(100 - parseBaggage(header).length);
    expect(formatBaggage([item('huge', 'x'.repeat(5_000)), item('small', 'y')])).toEqual({
      header: 'small=y',
      left: 1,
    });
  });

  it('stays within its limits when read', () => {
    expect(parseBaggage(Array.from({ length: 1_000 }, (_, index) => `k${index}=v`).join(','))).toHaveLength(
      mostEntries,
    );
    expect(parseBaggage(`a=${'x'.repeat(5_000)},b=1`)).toEqual([item('b', '1')]);
    const long = Array.from({ length: 100 }, (_, index) => `k${index}=${'x'.repeat(100)}`).join(',');
    const read = parseBaggage(long).map(({ key, value }) => key.length + value.length + 2);
    expect(read.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(longestHeader);
    expect(parseBaggage('x'.repeat(10_000_000))).toEqual([]);
  });

  it('never fails', () => {
    const part = fc.constantFrom(',', ';', '=', '%', '%4', '%41', ' ', 'a', 'é', '\ud800', '\0', '"');
    fc.assert(
      fc.property(
        fc.array(part).map((parts) => parts.join('')),
        (header) => void parseBaggage(header),
      ),
    );
  });
});
