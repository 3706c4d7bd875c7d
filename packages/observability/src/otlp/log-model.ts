import type { AnyValue, Attributes, Resource, Scope } from './common-model.ts';

/** The log records of one resource: https://github.com/open-telemetry/opentelemetry-proto, logs.proto. */
export interface ResourceLogs {
  readonly resource: Resource;
  readonly scopes: readonly {
    readonly scope: Scope;
    readonly records: readonly LogData[];
    readonly schemaUrl?: string;
  }[];
  readonly schemaUrl?: string;
}

export interface LogData {
  readonly timeUnixNano: bigint;
  readonly observedTimeUnixNano: bigint;
  /** The protocol's number: 5 DEBUG, 9 INFO, 13 WARN, 17 ERROR, 21 FATAL; 0 unspecified. */
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: AnyValue;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly flags: number;
  /** Hex, 32 characters; empty when there is none. */
  readonly traceId: string;
  /** Hex, 16 characters; empty when there is none. */
  readonly spanId: string;
}
