import { describe, expect, test } from 'vitest';
import { readSharedData } from '../shared-data.fixture.ts';
import { negotiate } from './formats.ts';

const text = 'text/plain; version=0.0.4; charset=utf-8';
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
    openMetrics,
  ],
  [
    'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1',
    openMetrics,
  ],
  [';;;=,,,q=', text],
])('Accept %j is answered with %s', (accept, expected) => {
  expect(negotiate(accept).contentType).toBe(expected);
});

const shared = readSharedData('conformance/exposition/negotiation.json');

interface Case {
  readonly fn: string;
  readonly name: string;
  readonly acceptHeaderValue: string;
  readonly expectedFmt: string;
}

describe.skipIf(shared === null)('the cases of prometheus/common (skipped where the shared data is absent)', () => {
  // The third function is given another list of formats in each case than the two spoken here.
  const cases = (JSON.parse(shared ?? '[]') as Case[]).filter(({ fn }) => fn !== 'TestNegotiateAccept');

  test.each(cases)('$fn: $name', ({ fn, acceptHeaderValue, expectedFmt }) => {
    const withoutEscaping = expectedFmt.replace(/; escaping=.*$/, '');
    // Protobuf is not spoken here, so those clients get what anybody else gets.
    const expected = withoutEscaping.startsWith('application/vnd.google.protobuf') ? text : withoutEscaping;
    expect(negotiate(acceptHeaderValue).contentType, fn).toBe(expected);
  });

  test('cover both functions', () => {
    expect(cases.length).toBeGreaterThan(20);
  });
});
