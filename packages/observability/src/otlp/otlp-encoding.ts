/** How OTLP is spelled on the wire: `application/x-protobuf` or `application/json`. */
export type OtlpEncoding = 'protobuf' | 'json';
