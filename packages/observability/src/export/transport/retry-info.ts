import { WireReader } from '../../otlp/wire-reader.ts';
import { cutWait } from './retry-after.ts';

const retryInfoType = 'google.rpc.RetryInfo';

/**
 * How long a `grpc-status-details-bin` asks to wait: a google.rpc.Status among whose details is a RetryInfo. Undefined
 * where it holds none, or is something else.
 *
 * @see https://opentelemetry.io/docs/specs/otlp/#otlpgrpc-throttling
 */
export function readRetryDelayMs(details: Uint8Array): number | undefined {
  try {
    return readStatus(new WireReader(details));
  } catch {
    return undefined;
  }
}

// Of google.rpc.Status: repeated google.protobuf.Any details = 3.
function readStatus(input: WireReader): number | undefined {
  let delayMs: number | undefined;
  eachField(input, { 3: () => (delayMs = within(input, readAny) ?? delayMs) });
  return delayMs;
}

// string type_url = 1; bytes value = 2.
function readAny(input: WireReader): number | undefined {
  let type = '';
  let delayMs: number | undefined;
  eachField(input, {
    1: () => (type = input.string()),
    2: () => {
      if (type.endsWith(`/${retryInfoType}`)) delayMs = within(input, readRetryInfo);
      else input.copy();
    },
  });
  return delayMs;
}

// google.protobuf.Duration retry_delay = 1.
function readRetryInfo(input: WireReader): number {
  let delayMs = 0;
  eachField(input, { 1: () => (delayMs = within(input, readDuration)) });
  return delayMs;
}

// int64 seconds = 1; int32 nanos = 2.
function readDuration(input: WireReader): number {
  let milliseconds = 0;
  eachField(input, {
    1: () => (milliseconds += Number(input.int64()) * 1_000),
    2: () => (milliseconds += Math.ceil(input.int32() / 1e6)),
  });
  return cutWait(milliseconds);
}

function eachField(input: WireReader, read: Readonly<Record<number, () => unknown>>): void {
  while (!input.isAtEnd) {
    const tag = input.tag();
    const readField = read[tag >>> 3];
    if (readField === undefined) input.skip(tag & 7);
    else readField();
  }
}

function within<T>(input: WireReader, read: (input: WireReader) => T): T {
  const outer = input.enter();
  const value = read(input);
  input.leave(outer);
  return value;
}
