import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { resourceLogs, resourceMetrics, resourceSpans } from './any-model.fixture.ts';
import { OtlpDecodeError } from './decode-error.ts';
import { decodeLogsRequest, decodeMetricsRequest, decodeTracesRequest } from './decode-request.ts';
import { encodeLogsRequest, encodeMetricsRequest, encodeTracesRequest } from './encode-request.ts';
import type { OtlpEncoding } from './otlp-encoding.ts';
import { encodeForeign, requestTypes } from './protocol.fixture.ts';
import { decodeExportResponse, decodeStatus } from './responses.ts';

function failure(run: () => unknown): { readonly code: string; readonly message: string } {
  try {
    run();
  } catch (error) {
    if (error instanceof OtlpDecodeError) return { code: error.code, message: error.message };
    throw error;
  }
  return { code: 'none', message: '' };
}

const json = (value: unknown): Uint8Array => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
const bounded = { numRuns: 20_000, interruptAfterTimeLimit: 4_000, markInterruptAsFailure: false } as const;

/** Reads it as everything; what can be read can be written again. */
function readAndWrite(bytes: Uint8Array, encoding: OtlpEncoding): void {
  const other = encoding === 'json' ? 'protobuf' : 'json';
  failure(() => encodeTracesRequest(decodeTracesRequest(bytes, encoding), other));
  failure(() => encodeMetricsRequest(decodeMetricsRequest(bytes, encoding), other));
  failure(() => encodeLogsRequest(decodeLogsRequest(bytes, encoding), other));
  failure(() => decodeExportResponse(bytes, 'metrics', encoding));
  failure(() => decodeStatus(bytes, encoding));
}

describe('whatever bytes come, they are read or refused with a code', () => {
  test('random ones', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => readAndWrite(bytes, 'protobuf')),
      bounded,
    );
  });

  test('tags and lengths in any order', () => {
    const byte = fc.oneof(
      fc.nat({ max: 20 }),
      fc.constantFrom(0x0a, 0x12, 0x1a, 0x2a, 0x32, 0x3a, 0x4a),
      fc.nat({ max: 255 }),
    );
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 200 }), (bytes) => readAndWrite(Uint8Array.from(bytes), 'protobuf')),
      bounded,
    );
  });

  test.each(['protobuf', 'json'] as const)('real ones with damage, in %s', (encoding) => {
    const bodies = [
      ...fc.sample(resourceSpans, 40).map((model) => encodeTracesRequest(model, encoding)),
      ...fc.sample(resourceMetrics, 40).map((model) => encodeMetricsRequest(model, encoding)),
      ...fc.sample(resourceLogs, 40).map((model) => encodeLogsRequest(model, encoding)),
    ].filter(({ length }) => length > 0 && length < 20_000);
    const place = fc.double({ min: 0, max: 0.999, noNaN: true });
    const flips = fc.array(fc.tuple(place, fc.nat({ max: 255 })), { maxLength: 4 });
    const damage = fc.record({ one: place, other: place, flips, cut: place, splice: fc.boolean() });
    fc.assert(
      fc.property(damage, ({ one, other, flips: changes, cut, splice }) => {
        const pick = (at: number): Uint8Array => bodies[Math.floor(at * bodies.length)] as Uint8Array;
        const at = Math.floor(cut * pick(one).length);
        const bytes = splice
          ? Buffer.concat([pick(one).subarray(0, at), pick(other).subarray(at)])
          : Buffer.from(pick(one));
        for (const [where, value] of changes) if (bytes.length > 0) bytes[Math.floor(where * bytes.length)] = value;
        readAndWrite(cut > 0.5 || splice ? bytes : bytes.subarray(0, at), encoding);
      }),
      bounded,
    );
  });

  test('any JSON in place of what is expected', () => {
    const names = fc.constantFrom(
      ...['resourceMetrics', 'resource', 'scopeMetrics', 'metrics', 'sum', 'dataPoints', 'attributes', 'key', 'value'],
      ...[
        'arrayValue',
        'kvlistValue',
        'values',
        'intValue',
        'asInt',
        'exemplars',
        'traceId',
        'resourceSpans',
        '__proto__',
      ],
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 8, depthSize: 'medium' },
        fc.constantFrom<unknown>(null, 0, -1, 1.5, 1e300, '', 'x', '1', '-1', 'NaN', true, {}, []),
        fc.array(tie('tree'), { maxLength: 3 }),
        fc.dictionary(names, tie('tree'), { maxKeys: 4 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => readAndWrite(json(value), 'json')),
      bounded,
    );
  });

  test('every beginning of a body is refused as too short, or is a shorter list', () => {
    const whole = encodeTracesRequest(fc.sample(resourceSpans, 50).flat().slice(0, 12), 'protobuf');
    for (let length = 0; length < Math.min(whole.length, 4000); length++) {
      const { code } = failure(() => decodeTracesRequest(whole.subarray(0, length), 'protobuf'));
      expect(['none', 'OBS_OTLP_TRUNCATED']).toContain(code);
    }
  });
});

describe('values within values', () => {
  const nested = (depth: number): unknown => {
    let value: unknown = { stringValue: 'x' };
    for (let level = 0; level < depth; level++) value = { arrayValue: { values: [value] } };
    return { resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: value }] }] }] };
  };

  // From the inside out, but without copying what is within at each level.
  const nestedBytes = (depth: number): Uint8Array => {
    const tags = [...new Array<number[]>(depth).fill([0x0a, 0x2a]).flat(), 0x2a, 0x12, 0x12, 0x0a];
    const parts: Uint8Array[] = [Buffer.from([0x0a, 1, 0x78])];
    let length = 3;
    for (const tag of tags) {
      const header = protobuf.Writer.create().uint32(tag).uint32(length).finish();
      parts.push(header);
      length += header.length;
    }
    return Buffer.concat(parts.reverse());
  };

  test('are read 64 levels deep', () => {
    expect(decodeLogsRequest(nestedBytes(64), 'protobuf')).toEqual(decodeLogsRequest(json(nested(64)), 'json'));
  });

  test.each([65, 20_000])('are refused at %i levels', (depth) => {
    expect(failure(() => decodeLogsRequest(nestedBytes(depth), 'protobuf'))).toMatchObject({
      code: 'OBS_OTLP_TOO_DEEP',
    });
    const text = `{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":${'{"arrayValue":{"values":['.repeat(depth)}{}${']}}'.repeat(depth)}}]}]}]}`;
    const inJson = failure(() => decodeLogsRequest(json(text), 'json'));
    expect(inJson.code).toBe('OBS_OTLP_TOO_DEEP');
    expect(inJson.message).toMatch(/^resource_logs\[0\]\.scope_logs\[0\]\.log_records\[0\]\.body/);
    expect(inJson.message.length).toBeLessThan(300);
  });

  test.each(['[', '{"a":'])('20 000 times %s is an error in JSON whether it is closed or not', (opening) => {
    const closing = opening === '[' ? ']' : '}';
    const open = failure(() => decodeTracesRequest(json(opening.repeat(20_000)), 'json'));
    expect(open.code).toBe('OBS_OTLP_MALFORMED');
    const closed = `${opening.repeat(20_000)}1${closing.repeat(20_000)}`;
    expect(failure(() => decodeTracesRequest(json(closed), 'json')).code).toBe(
      opening === '[' ? 'OBS_OTLP_VALUE' : 'none',
    );
    expect(failure(() => decodeTracesRequest(json(`{"unknown":${closed}}`), 'json')).code).toBe('none');
  });

  test('that hold themselves are written to the level that is read back', () => {
    const self: Record<string, unknown> = {};
    self['self'] = self;
    for (const encoding of ['protobuf', 'json'] as const) {
      const model = [{ resource: { attributes: self as never }, scopes: [] }];
      expect(decodeTracesRequest(encodeTracesRequest(model, encoding), encoding)).toHaveLength(1);
    }
  });
});

describe('much in few bytes', () => {
  const empty = (tag: number, count: number): Uint8Array => Buffer.from(new Uint16Array(count).fill(tag).buffer);
  const within = (bytes: Uint8Array, ...tags: number[]): Uint8Array =>
    tags.reduce((inner, tag) => protobuf.Writer.create().uint32(tag).bytes(inner).finish(), bytes);

  test('a flood of empty spans is refused, some thousand are taken', () => {
    const spans = (count: number) => within(empty(0x0012, count), 0x12, 0x0a);
    expect(decodeTracesRequest(spans(5_000), 'protobuf')[0]?.scopes[0]?.spans).toHaveLength(5_000);
    expect(failure(() => decodeTracesRequest(spans(1_000_000), 'protobuf')).code).toBe('OBS_OTLP_TOO_DENSE');
    const body = json(`{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(1_000_000)}{}]}]}]}`);
    expect(failure(() => decodeTracesRequest(body, 'json')).code).toBe('OBS_OTLP_TOO_DENSE');
  });

  test('the smallest data points anybody sends are taken in any number', () => {
    const dataPoints = Array.from({ length: 20_000 }, () => ({ timeUnixNano: '1', asDouble: 1 }));
    const request = { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'a', gauge: { dataPoints } }] }] }] };
    const read = decodeMetricsRequest(encodeForeign(requestTypes.metrics, request), 'protobuf');
    expect(read[0]?.scopes[0]?.metrics[0]?.points).toHaveLength(20_000);
  });

  test('a length beyond the end, and one beyond 2^63, are refused before anything is reserved', () => {
    for (const length of [[0x7f], [0xff, 0xff, 0xff, 0xff, 0x0f], [255, 255, 255, 255, 255, 255, 255, 255, 255, 1]]) {
      const { code } = failure(() => decodeTracesRequest(Uint8Array.from([0x0a, ...length, 0]), 'protobuf'));
      expect(code).toBe('OBS_OTLP_TRUNCATED');
    }
  });

  // In a process of its own, whose heap is 32 times the body and what Node and the loader need.
  test('memory stays in proportion to the body, whatever it is full of', () => {
    const program = `
      import { decodeMetricsRequest, decodeTracesRequest, decodeLogsRequest } from './decode-request.ts';
      const size = 1024 * 1024;
      const varint = (value) => value < 128 ? [value] : [value % 128 + 128, ...varint(Math.floor(value / 128))];
      const within = (inner, ...tags) => tags.reduce((bytes, tag) => Buffer.concat([Buffer.from([tag, ...varint(bytes.length)]), bytes]), inner);
      const flood = (...unit) => Buffer.alloc(size, Buffer.from(unit));
      const bodies = [
        within(Buffer.alloc(size, 1), 0x12, 0x42, 0x0a, 0x52, 0x12, 0x12, 0x0a),
        within(flood(0x10, 1), 0x42, 0x0a, 0x52, 0x12, 0x12, 0x0a),
        within(flood(0x3a, 4, 0x0a, 0, 0x12, 0), 0x0a, 0x2a, 0x12, 0x12, 0x0a),
        within(flood(0x0a, 0), 0x2a, 0x2a, 0x12, 0x12, 0x0a),
        within(flood(0x0a, 4, 0x2a, 2, 0x0a, 0), 0x2a, 0x2a, 0x12, 0x12, 0x0a),
        within(flood(0x12, 2, 0x78, 1), 0x12, 0x0a),
        within(flood(0x0a, 2, 0x3a, 0), 0x2a, 0x12, 0x12, 0x0a),
        flood(0x0a, 0),
        within(flood(0x0a, 2, 0x3a, 0), 0x2a, 0x2a, 0x12, 0x12, 0x0a),
        within(flood(0x0a, 7, 0x1a, 5, 0x0a, 3, 0x61, 0x62, 0x63), 0x12, 0x12, 0x0a),
        within(flood(0x2a, 0), 0x0a, 0x2a, 0x12, 0x12, 0x0a),
      ];
      const counts = {};
      for (const body of bodies) for (const decode of [decodeMetricsRequest, decodeTracesRequest, decodeLogsRequest]) {
        let outcome = 'read';
        try { decode(body, 'protobuf'); } catch (error) { outcome = error.code; }
        counts[outcome] = (counts[outcome] ?? 0) + 1;
      }
      process.stdout.write(JSON.stringify(counts));
    `;
    const args = ['--max-old-space-size=80', '--import', 'tsx', '--input-type=module', '-e', program];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      cwd: import.meta.dirname,
      timeout: 60_000,
    });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ OBS_OTLP_TOO_DENSE: expect.any(Number), read: expect.any(Number) });
  }, 60_000);
});

describe('names and values that would hurt an ordinary object', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '0', ''])(
    'an attribute %j is one',
    (key) => {
      const attributes = [
        { key, value: { kvlistValue: { values: [{ key: 'polluted', value: { boolValue: true } }] } } },
        { key, value: { stringValue: 'second' } },
      ];
      const request = { resourceSpans: [{ resource: { attributes } }] };
      for (const read of [
        decodeTracesRequest(json(request), 'json'),
        decodeTracesRequest(encodeForeign(requestTypes.traces, request), 'protobuf'),
      ]) {
        const taken = read[0]?.resource.attributes ?? {};
        expect(Object.getPrototypeOf(taken)).toBeNull();
        expect(Object.entries(taken)).toEqual([[key, { polluted: true }]]);
      }
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
  );

  test('keys of JSON objects that are those of every object change nothing', () => {
    const text = '{"__proto__":{"resourceSpans":[{}]},"constructor":{"prototype":{"spans":1}},"resourceSpans":[]}';
    expect(decodeTracesRequest(json(text), 'json')).toEqual([]);
  });
});

test.each(['protobuf', 'json'] as const)('a name so long that V8 cannot hash it is refused, in %s', (encoding) => {
  const body = (length: number) =>
    encodeTracesRequest([{ resource: { attributes: { ['x'.repeat(length)]: 1 } }, scopes: [] }], encoding);
  expect(decodeTracesRequest(body(16_383), encoding)).toHaveLength(1);
  expect(failure(() => decodeTracesRequest(body(16_384), encoding))).toMatchObject({ code: 'OBS_OTLP_VALUE' });
});
