import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { attributeValueOf, hexOf, messagesOf, readWire, textOf, type WireMessage } from './otlp-protobuf.ts';

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface OtlpReceiver {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Bodies as they came, for a search after what must not be in them. */
  readonly bodies: readonly string[];
  close(): Promise<void>;
}

/** An OTLP/HTTP collector that accepts Protocol Buffers, and keeps what it was sent; of it reads the spans. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const spans: ReceivedSpan[] = [];
  const bodies: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw;
      // Texts stand in it as they are.
      bodies.push(body.toString('utf8'));
      if (request.url === '/v1/traces') spans.push(...toSpans(readWire(body)));
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

// Numbers of the fields: https://github.com/open-telemetry/opentelemetry-proto, trace.proto.
function toSpans(request: WireMessage): ReceivedSpan[] {
  const scopes = messagesOf(request, 1).flatMap((resource) => messagesOf(resource, 2));
  return scopes
    .flatMap((scope) => messagesOf(scope, 2))
    .map((span) => ({
      traceId: hexOf(span, 1),
      spanId: hexOf(span, 2),
      parentSpanId: hexOf(span, 4) || null,
      name: textOf(span, 5),
      attributes: Object.fromEntries(
        messagesOf(span, 9).map((attribute) => [textOf(attribute, 1), attributeValueOf(messagesOf(attribute, 2)[0])]),
      ),
    }));
}
