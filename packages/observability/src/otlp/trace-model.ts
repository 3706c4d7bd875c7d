import type { Attributes, Resource, Scope } from './common-model.ts';

/** The spans of one resource: https://github.com/open-telemetry/opentelemetry-proto, trace.proto. */
export interface ResourceSpans {
  readonly resource: Resource;
  readonly scopes: readonly {
    readonly scope: Scope;
    readonly spans: readonly SpanData[];
    readonly schemaUrl?: string;
  }[];
  readonly schemaUrl?: string;
}

export interface SpanData {
  /** Hex, 32 characters; empty where what came is no id: such a span cannot be taken. */
  readonly traceId: string;
  /** Hex, 16 characters; empty where what came is no id: such a span cannot be taken. */
  readonly spanId: string;
  readonly traceState: string;
  /** Hex, 16 characters; empty for a root, and where what came is no id. */
  readonly parentSpanId: string;
  readonly flags: number;
  readonly name: string;
  /** The protocol's number: 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly events: readonly SpanEvent[];
  readonly droppedEventsCount: number;
  readonly links: readonly SpanLink[];
  readonly droppedLinksCount: number;
  /** 0 unset, 1 ok, 2 error. */
  readonly status: { readonly code: number; readonly message: string };
}

export interface SpanEvent {
  readonly timeUnixNano: bigint;
  readonly name: string;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
}

export interface SpanLink {
  /** As those of a span. */
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState: string;
  readonly attributes: Attributes;
  readonly droppedAttributesCount: number;
  readonly flags: number;
}
