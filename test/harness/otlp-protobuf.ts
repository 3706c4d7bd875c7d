/** A message of Protocol Buffers as it stands on the wire: by field number, numbers and what is length-delimited. */
export type WireMessage = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

/** As much of the encoding as spans need; anything else throws. */
export function readWire(bytes: Buffer): WireMessage {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at);
      at += 1;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Buffer => {
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const kind = tag & 7;
    const value = kind === 0 ? varint() : take(kind === 2 ? Number(varint()) : kind === 1 ? 8 : 4);
    fields.set(tag >>> 3, [...(fields.get(tag >>> 3) ?? []), value]);
  }
  return fields;
}

/** The messages of a repeated field. */
export function messagesOf(message: WireMessage, field: number): WireMessage[] {
  return bytesOf(message, field).map(readWire);
}

export function textOf(message: WireMessage, field: number): string {
  return `${bytesOf(message, field).at(-1) ?? ''}`;
}

export function hexOf(message: WireMessage, field: number): string {
  return bytesOf(message, field).at(-1)?.toString('hex') ?? '';
}

/** An AnyValue, whole numbers as text as in OTLP's JSON. */
export function attributeValueOf(any: WireMessage | undefined): unknown {
  if (any === undefined) return undefined;
  const [[field, values] = [0, []]] = any;
  const value = values.at(-1);
  if (field === 2) return value !== 0n;
  if (field === 3) return `${BigInt.asIntN(64, BigInt(value as bigint))}`;
  if (field === 4) return (value as Buffer).readDoubleLE();
  return field === 1 ? `${value}` : undefined;
}

function bytesOf(message: WireMessage, field: number): Buffer[] {
  return (message.get(field) ?? []).filter((value) => typeof value !== 'bigint');
}
