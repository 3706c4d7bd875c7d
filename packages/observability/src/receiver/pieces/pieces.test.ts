import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeMetricsRequest } from '../../otlp/decode-request.ts';
import { encodeMetricsRequest } from '../../otlp/encode-request.ts';
import type { MetricData, ResourceMetrics } from '../../otlp/metric-model.ts';
import type { OtlpEncoding } from '../../otlp/otlp-encoding.ts';
import { pointOf, resourceOf, sumOf } from '../receiver.fixture.ts';
import { cutJson } from './json-pieces.ts';
import { type Cut, envelopeBytes, pieceBytes, stillCutting } from './piece-limits.ts';
import { cutProtobuf } from './protobuf-pieces.ts';

const cuts: Readonly<Record<OtlpEncoding, (body: Uint8Array) => Cut>> = { protobuf: cutProtobuf, json: cutJson };
const encodings = ['protobuf', 'json'] as const satisfies readonly OtlpEncoding[];

function piecesOf(body: Uint8Array, encoding: OtlpEncoding): Buffer[] {
  return [...cuts[encoding](body)].flatMap((piece) => (piece === stillCutting ? [] : [Buffer.concat(piece)]));
}

/** Each point with everything above it, in order. */
function flatten(resources: readonly ResourceMetrics[]): unknown[] {
  return resources.flatMap(({ resource, scopes, schemaUrl }) =>
    scopes.flatMap(({ scope, metrics, schemaUrl: ofScope }) =>
      metrics.flatMap(({ points, ...metric }: MetricData) =>
        [...points].map((point) => ({ resource, schemaUrl, scope, ofScope, metric, point })),
      ),
    ),
  );
}

function fromPieces(body: Uint8Array, encoding: OtlpEncoding): unknown[] {
  return piecesOf(body, encoding).flatMap((piece) => flatten(decodeMetricsRequest(piece, encoding)));
}

const text = fc.string({ unit: 'binary', maxLength: 12 });
// Some requests of one piece, most of several, with long parts anywhere.
const longText = fc.oneof(
  { weight: 4, arbitrary: text },
  fc.constantFrom('"\\{[,]}:', 'x'.repeat(3_000), '\\"'.repeat(999)),
);
const point = fc.tuple(fc.integer(), longText).map(([value, label]) => pointOf(value, { label, '{"': '}]' }));
const points = fc
  .tuple(fc.array(point, { maxLength: 6 }), fc.constantFrom(1, 1, 20, 200))
  .map(([some, times]) => Array.from({ length: times }, () => some).flat());
const metric = fc.tuple(text, points).map(([name, list]) => sumOf(name, list));
const gauge = fc
  .tuple(text, points)
  .map(([name, list]): MetricData => ({ name, description: '', unit: '', kind: 'gauge', points: list }));
const resource = fc
  .tuple(text, fc.array(fc.oneof(metric, gauge), { maxLength: 4 }))
  .map(([instance, metrics]) => resourceOf(instance, ...metrics));

test.each(encodings)('the pieces of a request in %s say what it says, and none is long', (encoding) => {
  fc.assert(
    fc.property(fc.array(resource, { maxLength: 4 }), (resources) => {
      const body = encodeMetricsRequest(resources, encoding);
      expect(fromPieces(body, encoding)).toEqual(flatten(decodeMetricsRequest(body, encoding)));
      for (const piece of piecesOf(body, encoding)) expect(piece.length).toBeLessThan(pieceBytes + envelopeBytes);
    }),
    { numRuns: 40 },
  );
});

test.each(encodings)('a long request in %s is cut into about as many pieces as its length asks for', (encoding) => {
  const points = Array.from({ length: 20_000 }, (_, i) => pointOf(i, { item: `item ${i}` }));
  const body = encodeMetricsRequest([resourceOf('a', sumOf('done', points))], encoding);
  const pieces = piecesOf(body, encoding);
  expect(pieces.length).toBeGreaterThanOrEqual(Math.floor(body.length / pieceBytes));
  expect(pieces.length).toBeLessThan((body.length / pieceBytes) * 1.2 + 1);
  expect(fromPieces(body, encoding)).toEqual(flatten(decodeMetricsRequest(body, encoding)));
});

test('members of JSON may stand in any order, with any space between, under names written in any way', () => {
  const points = Array.from({ length: 3_000 }, (_, i) => ({ asInt: String(i), timeUnixNano: '2' }));
  const whole = {
    resourceMetrics: [
      {
        scopeMetrics: [
          { metrics: [{ sum: { dataPoints: points, isMonotonic: true, aggregationTemporality: 2 }, name: 'n' }] },
        ],
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] },
      },
    ],
  };
  const body = Buffer.from(JSON.stringify(whole, null, 1).replace('"metrics"', '"m\\u0065trics"'));
  const found = fromPieces(body, 'json');
  expect(found).toHaveLength(3_000);
  expect(found).toEqual(flatten(decodeMetricsRequest(body, 'json')));
});

/** Whether reading all pieces is refused with an error of the codec. */
function isRefused(body: Uint8Array, encoding: OtlpEncoding): boolean {
  try {
    fromPieces(body, encoding);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ name: 'OtlpDecodeError' });
    return true;
  }
}

const many = `{"asInt":"1"},`.repeat(6_000);
const around = (list: string, rest = '') =>
  `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"n","gauge":{"dataPoints":[${list}]}}]}]}]${rest}}`;

test.each([
  ['a comma too many', around(many)],
  ['two commas', around(`${many},{}`)],
  ['no comma', around(`${many}{} {}`)],
  ['a wrong bracket', around(`${many}{]`)],
  ['an open end', around(`${many}{}`).slice(0, -1)],
  ['more after it', `${around(`${many}{}`)}x`],
  ['a point that is none', around(`${many}{"asInt":true}`)],
  ['an open text', around(`${many}{"`)],
  ['an escape at the end', `${around(`${many}{}`).slice(0, -9)}"\\`],
  ['a name twice', around(`${many}{}`, ',"resourceMetrics":[]')],
  ['no names', `{1:[${many}{}]}`],
  ['a list only', `[${many}{}]`],
  ['a long text only', `"${'x'.repeat(100_000)}"`],
  ['brackets only', '['.repeat(100_000)],
  ['20 000 levels', around(`${many}${'['.repeat(20_000)}${']'.repeat(20_000)}`)],
  ['a long resource', around(`${many}{}`, `,"x":"${'y'.repeat(40_000)}"`)],
  ['a point of 2 MB', around(`${many}{"asInt":"${'1'.repeat(2_000_000)}"}`)],
  ['nothing but space', ' '.repeat(100_000)],
  ['more space than one looks at', around(`${many}{}${' '.repeat(100_000)}`)],
])('long JSON with %s is refused', (_what, json) => {
  expect(isRefused(Buffer.from(json), 'json')).toBe(true);
});

test.each([
  ['a length beyond its end', Buffer.concat([Buffer.from([10, 255, 255, 255, 127]), Buffer.alloc(100_000)])],
  ['a group', Buffer.concat([Buffer.from([11]), Buffer.alloc(100_000)])],
  ['an endless number', Buffer.alloc(100_000, 255)],
  ['a long resource', Buffer.concat([Buffer.from([26, 160, 141, 6]), Buffer.alloc(100_000)])],
  ['zeros', Buffer.alloc(100_000)],
])('long protobuf with %s is refused', (_what, body) => {
  expect(isRefused(body, 'protobuf')).toBe(true);
});

test.each(encodings)('what is changed anywhere in a long request in %s is refused or read, never worse', (encoding) => {
  const points = Array.from({ length: 2_000 }, (_, i) => pointOf(i, { item: `item ${i}` }));
  const body = encodeMetricsRequest([resourceOf('a', sumOf('a', points), sumOf('b', points))], encoding);
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(body.length - 1), fc.nat(255)), { minLength: 1, maxLength: 5 }), (changes) => {
      const changed = Buffer.from(body);
      for (const [at, byte] of changes) changed[at] = byte;
      isRefused(changed, encoding);
    }),
    { numRuns: 60 },
  );
});

test('many small things give others a turn', () => {
  const empty = Buffer.from('1200'.repeat(200_000), 'hex');
  const scope = Buffer.concat([Buffer.from([0x12, ...varint(empty.length)]), empty]);
  const body = Buffer.concat([Buffer.from([0x0a, ...varint(scope.length)]), scope]);
  const given = [...cutProtobuf(body)];
  expect(given.filter((piece) => piece === stillCutting).length).toBeGreaterThan(5);
  const json = [...cutJson(Buffer.from(around(`${'{},'.repeat(1_000_000)}{}`)))];
  expect(json.filter((piece) => piece === stillCutting).length).toBeGreaterThan(5);
});

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}
