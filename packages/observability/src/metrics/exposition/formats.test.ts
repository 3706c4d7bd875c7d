import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSharedData } from '../shared-data.fixture.ts';
import { negotiate, type OfferedFormat, offeredFormats } from './formats.ts';

const text = 'text/plain; version=0.0.4; charset=utf-8';
const delimited = 'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited';
const openMetrics = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

test.each([
  [undefined, text],
  ['', text],
  ['*/*', text],
  ['text/html, application/xhtml+xml, */*;q=0.8', text],
  ['application/openmetrics-text; version=1.0.0', openMetrics],
  ['application/openmetrics-text; version="1.0.0"', openMetrics],
  ['APPLICATION/OPENMETRICS-TEXT;VERSION=1.0.0', openMetrics],
  ['application/openmetrics-text;version=2.0.0', text],
  ['application/openmetrics-text;version=1.0.0;q=0.3,text/plain;q=0.9', text],
  ['application/openmetrics-text;version=1.0.0;q=0,*/*;q=0.1', text],
  ['application/openmetrics-text;version=1.0.0;q=abc,text/plain;q=0.1', text],
  ['text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0;q=0.5', text],
  [
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3',
    delimited,
  ],
  [
    'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.4,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.3',
    `${openMetrics}; escaping=allow-utf-8`,
  ],
  ['application/vnd.google.protobuf', text],
  ['application/vnd.google.protobuf;proto=other.Message;encoding=delimited', text],
  ['application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=text', text],
  [
    'application/vnd.google.protobuf;encoding=delimited;proto="io.prometheus.client.MetricFamily";escaping=allow-utf-8',
    `${delimited}; escaping=allow-utf-8`,
  ],
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    openMetrics,
  ],
  [';;;=,,,q=', text],
])('Accept %j is answered with %s', (accept, expected) => {
  expect(negotiate(accept).contentType).toBe(expected);
});

test('an escaping asked for is confirmed, an unknown one is not', () => {
  expect(negotiate('text/plain;version=0.0.4;escaping=allow-utf-8').contentType).toBe(`${text}; escaping=allow-utf-8`);
  expect(negotiate('text/plain;version=0.0.4;escaping="x\\r\\ny"').contentType).toBe(text);
});

test('commas and semicolons inside quotes belong to the parameter', () => {
  const accept = 'application/openmetrics-text;x="a, text/plain;q=1;";version=1.0.0';
  expect(negotiate(accept).contentType).toBe(openMetrics);
});

test('any header is answered with one of the known types', () => {
  const piece = fc.constantFrom(
    'text/plain',
    'application/openmetrics-text',
    delimited,
    '*/*',
    ';',
    ',',
    '=',
    '"',
    'q',
    'version',
    '1.0.0',
    '\\',
    ' ',
    'escaping=dots',
    '0.5',
    'é',
  );
  fc.assert(
    fc.property(fc.array(piece), (pieces) => {
      expect(negotiate(pieces.join('')).contentType).toMatch(
        /^(?:text\/plain; version=0\.0\.4; charset=utf-8|application\/openmetrics-text; version=(?:1\.0\.0|0\.0\.1); charset=utf-8|application\/vnd\.google\.protobuf; proto=io\.prometheus\.client\.MetricFamily; encoding=delimited)(?:; escaping=[a-z-]*[a-z8])?$/,
      );
    }),
  );
});

const shared = readSharedData('conformance/exposition/negotiation.json');

interface Case {
  readonly fn: string;
  readonly name: string;
  readonly acceptHeaderValue: string;
  readonly expectedFmt: string;
}

const protobuf = (encoding: string): OfferedFormat<string> => ({
  format: `protobuf ${encoding}`,
  mediaType: 'application/vnd.google.protobuf',
  parameters: { proto: 'io.prometheus.client.MetricFamily', encoding },
  isAssumed: false,
});
const openMetrics2: OfferedFormat<string> = {
  format: 'openmetrics 2',
  mediaType: 'application/openmetrics-text',
  parameters: { version: '2.0.0' },
  isAssumed: false,
};
const textOnly: readonly OfferedFormat<string>[] = offeredFormats.filter(({ format }) => format === 'text');
const texts: readonly OfferedFormat<string>[] = offeredFormats.filter(({ format }) => format !== 'protobuf');
const protobufs = ['delimited', 'text', 'compact-text'].map(protobuf);

/** What each of their functions is given to choose from, beside the formats spoken here. */
function offeredIn({ fn, name }: Case): readonly OfferedFormat<string>[] {
  if (fn === 'TestNegotiate') return [...textOnly, ...protobufs];
  if (fn === 'TestNegotiateIncludingOpenMetrics') return [...texts, ...protobufs];
  if (name.includes('no text in accepted')) return protobufs;
  const speaksNext =
    name.includes('OM 2.0, accepted OM 2.0') ||
    name.includes('OM 1.0 and 2.0') ||
    name.startsWith('wildcard */* matches');
  return speaksNext ? [openMetrics2, ...offeredFormats] : offeredFormats;
}

/** What they add where no escaping was asked for: a process-wide setting of theirs, different by function. */
function assumedIn({ fn }: Case): string {
  return fn === 'TestNegotiate' ? 'underscores' : 'values';
}

describe.skipIf(shared === null)('the cases of prometheus/common (skipped where the shared data is absent)', () => {
  const cases = JSON.parse(shared ?? '[]') as Case[];
  const withoutAssumed = ({ acceptHeaderValue, expectedFmt }: Case) =>
    acceptHeaderValue.includes('escaping=') ? expectedFmt : expectedFmt.replace(/; escaping=.*$/, '');

  test.each(cases)('$fn: $name ($acceptHeaderValue)', (one) => {
    expect(negotiate(one.acceptHeaderValue, offeredIn(one), assumedIn(one)).contentType).toBe(one.expectedFmt);
  });

  // 8 cases expect protobuf as text, which Prometheus does not ask for.
  test.each(cases.filter(({ fn }) => fn !== 'TestNegotiateAccept'))(
    'with the formats spoken here, $fn: $name',
    (one) => {
      const expected = withoutAssumed(one);
      const { contentType } = negotiate(one.acceptHeaderValue);
      if (!/encoding=(?:compact-)?text/.test(expected)) expect(contentType).toBe(expected);
      else expect(contentType).toBe(expected.replace(/^.*?(; escaping=.*)?$/, `${text}$1`));
    },
  );

  test('are all there', () => {
    expect(cases).toHaveLength(33);
  });
});
