import protobuf from 'protobufjs';

// The messages of remote write 1.0 for a decoder that is not ours: https://prometheus.io/docs/specs/prw/remote_write_spec
const { root } = protobuf.parse(`
  syntax = "proto3";
  message WriteRequest { repeated TimeSeries timeseries = 1; repeated MetricMetadata metadata = 3; }
  message MetricMetadata { int32 type = 1; string metric_family_name = 2; string help = 4; string unit = 5; }
  message TimeSeries {
    repeated Label labels = 1; repeated Sample samples = 2; repeated Exemplar exemplars = 3; repeated Histogram histograms = 4;
  }
  message Label { string name = 1; string value = 2; }
  message Sample { fixed64 bits = 1; int64 timestamp = 2; }
  message Exemplar { repeated Label labels = 1; double value = 2; int64 timestamp = 3; }
  message BucketSpan { sint32 offset = 1; uint32 length = 2; }
  message Histogram {
    uint64 count_int = 1; fixed64 sum_bits = 3; sint32 schema = 4; double zero_threshold = 5; uint64 zero_count_int = 6;
    repeated BucketSpan negative_spans = 8; repeated sint64 negative_deltas = 9;
    repeated BucketSpan positive_spans = 11; repeated sint64 positive_deltas = 12; int64 timestamp = 15;
  }
`);
const writeRequest = root.lookupType('WriteRequest');

interface Label {
  readonly name: string;
  readonly value: string;
}

interface Bits {
  readonly low: number;
  readonly high: number;
}

interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface DecodedSeries {
  /** In their order. */
  readonly labels: readonly Label[];
  readonly samples: readonly { readonly bits: Bits; readonly timestamp: number }[];
  readonly exemplars: readonly {
    readonly labels: readonly Label[];
    readonly value: number;
    readonly timestamp: number;
  }[];
  readonly histograms: readonly {
    readonly countInt: number;
    readonly sumBits: Bits;
    readonly schema: number;
    readonly zeroCountInt: number;
    readonly positiveSpans: readonly Span[];
    readonly positiveDeltas: readonly number[];
    readonly negativeSpans: readonly Span[];
    readonly negativeDeltas: readonly number[];
    readonly timestamp: number;
  }[];
}

export interface DecodedRequest {
  readonly timeseries: readonly DecodedSeries[];
  readonly metadata: readonly {
    readonly type: number;
    readonly metricFamilyName: string;
    readonly help: string;
    readonly unit: string;
  }[];
}

export function decodeWriteRequest(body: Uint8Array): DecodedRequest {
  const plain: unknown = writeRequest.toObject(writeRequest.decode(body), { arrays: true, defaults: true });
  return toNumbers(plain) as DecodedRequest;
}

/** The library gives 64 bits as two halves; only those that are doubles in truth stay so. */
function toNumbers(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => toNumbers(one));
  if (typeof value !== 'object' || value === null) return value;
  if ('low' in value && 'high' in value) {
    const { low, high } = value as Bits;
    return name.toLowerCase().endsWith('bits') ? { low: low >>> 0, high: high >>> 0 } : high * 2 ** 32 + (low >>> 0);
  }
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, toNumbers(one, key)]));
}

/** A value, or that its series has ended. */
export function toValue({ low, high }: Bits): number | 'stale' {
  if (high === 0x7ff00000 && low === 2) return 'stale';
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, high);
  view.setUint32(4, low);
  return view.getFloat64(0);
}

/** `name{a="x"} value` without the labels that all have. */
export function linesOf(
  { timeseries }: DecodedRequest,
  without: readonly string[] = ['job', 'instance'],
): readonly string[] {
  return timeseries.flatMap(({ labels, samples }) => {
    const name = labels.find((label) => label.name === '__name__')?.value ?? '';
    const pairs = labels
      .filter((label) => label.name !== '__name__' && !without.includes(label.name))
      .map((label) => `${label.name}="${label.value}"`);
    return samples.map(({ bits }) => `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${toValue(bits)}`);
  });
}
