import { readProxy } from '../../config/proxy.ts';
import { decodeLogsRequest, decodeMetricsRequest, decodeTracesRequest } from '../../otlp/decode-request.ts';
import { encodeLogsRequest, encodeMetricsRequest, encodeTracesRequest } from '../../otlp/encode-request.ts';
import type { EncodedBatch } from '../encoded-batch.ts';
import type { Signal } from '../signal.ts';
import type { Transport } from '../transport/transport.ts';
import { untraced } from '../transport/untraced.ts';
import { judgeGrpcAnswer, judgeGrpcFailure } from './judge-grpc-status.ts';
import { judgeOtlpReply } from './judge-reply.ts';
import type { OtlpRoute } from './otlp-route.ts';

/** What is sent there and how long that may take. */
export interface OtlpUse {
  readonly signal: Signal;
  readonly timeoutMs: number;
}

/**
 * The way of one signal to a receiver of OTLP; loads what it needs.
 *
 * @throws Error naming the package, file or proxy that is missing or cannot be used
 */
export async function openOtlpTransport(route: OtlpRoute, use: OtlpUse): Promise<Transport> {
  const proxy = await readProxy(route.url);
  if (route.protocol === 'grpc') return openByGrpc(route, { ...use, usesProxy: proxy !== '' });
  const { openHttpTransport } = await import('../transport/http-transport.ts');
  return untraced(
    await openHttpTransport({ ...route, proxy, judge: (reply, batch) => judgeOtlpReply(reply, batch, Date.now()) }),
  );
}

const services: Readonly<Record<Signal, string>> = {
  traces: 'trace.v1.TraceService',
  metrics: 'metrics.v1.MetricsService',
  logs: 'logs.v1.LogsService',
};

async function openByGrpc(
  route: OtlpRoute,
  { signal, timeoutMs, usesProxy }: OtlpUse & { readonly usesProxy: boolean },
): Promise<Transport> {
  const { openGrpcTransport } = await import('../transport/grpc-transport.ts');
  const transport = await openGrpcTransport({
    ...route,
    path: `/opentelemetry.proto.collector.${services[signal]}/Export`,
    timeoutMs,
    usesProxy,
    toMessage,
    judgeAnswer: judgeGrpcAnswer,
    judgeFailure: judgeGrpcFailure,
  });
  return untraced(transport);
}

/** What an earlier process left behind may have been meant for another protocol. */
function toMessage({ signal, body, contentType }: EncodedBatch): Uint8Array {
  return contentType.includes('json') ? fromJson[signal](body) : body;
}

const fromJson: Readonly<Record<Signal, (body: Uint8Array) => Uint8Array>> = {
  traces: (body) => encodeTracesRequest(decodeTracesRequest(body, 'json'), 'protobuf'),
  metrics: (body) => encodeMetricsRequest(decodeMetricsRequest(body, 'json'), 'protobuf'),
  logs: (body) => encodeLogsRequest(decodeLogsRequest(body, 'json'), 'protobuf'),
};
