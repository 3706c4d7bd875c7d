import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Access } from '../metrics-server/access.ts';
import { targetOf } from '../metrics-server/request-target.ts';
import { OtlpDecodeError } from '../otlp/decode-error.ts';
import type { OtlpEncoding } from '../otlp/otlp-encoding.ts';
import type { HeldBytes } from './held-bytes.ts';
import { type MetricsIntake, takeMetrics } from './metrics-intake.ts';
import type { ReceiverMetrics } from './receiver-metrics.ts';
import type { ReceiverOutcome } from './receiver-outcome.ts';
import { sendOutcome, sendRefusal } from './receiver-reply.ts';
import type { Refusal } from './refusal.ts';
import * as refusals from './refusal.ts';
import { type ReadBody, readBody } from './request-body.ts';
import { announcedBytes, compressionOf, encodingOf, hasDoubledHeader } from './request-head.ts';
import type { RequestRate } from './request-rate.ts';

export interface ReceiverParts extends MetricsIntake {
  readonly isHostAllowed: ((host: string | undefined) => boolean) | null;
  readonly access: Access | null;
  readonly rate: RequestRate;
  readonly held: HeldBytes;
  readonly maxBodyBytes: number;
  readonly maxConcurrentRequests: number;
  readonly metrics: ReceiverMetrics;
  /** Milliseconds of a clock that only runs forward. */
  readonly now: () => number;
  /** A request that could not be handled, which is a fault of ours. */
  readonly onFailure: (error: unknown) => void;
}

const otherSignals: ReadonlySet<string> = new Set(['/v1/traces', '/v1/logs', '/v1development/profiles']);

export interface ReceiverRoutes {
  readonly onRequest: RequestListener;
  /** For `Expect: 100-continue`: what will not be taken is refused before it is sent. */
  readonly onCheckContinue: RequestListener;
}

export function createReceiverRoutes(parts: ReceiverParts): ReceiverRoutes {
  const active = { count: 0 };
  const answer = (request: IncomingMessage, response: ServerResponse, isExpecting: boolean) => {
    const startedMs = parts.now();
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    // A connection that breaks is the sender's loss; unheard, it would end the process.
    request.on('error', () => {});
    response.on('error', () => {});
    const refusal = findRefusal(request, parts) ?? (isFull(active, parts) ? refusals.overloaded : undefined);
    if (refusal !== undefined) {
      sendRefusal(request, response, refusal);
      parts.metrics.requestEnded(refusal.outcome, 0);
      return;
    }
    if (isExpecting) response.writeContinue();
    active.count += 1;
    parts.metrics.active.inc();
    void take(request, response, parts).then((outcome) => {
      active.count -= 1;
      parts.metrics.active.dec();
      parts.metrics.requestEnded(outcome, parts.now() - startedMs);
    });
  };
  return {
    onRequest: (request, response) => answer(request, response, false),
    onCheckContinue: (request, response) => answer(request, response, true),
  };
}

function isFull(active: { readonly count: number }, parts: ReceiverParts): boolean {
  return active.count >= parts.maxConcurrentRequests;
}

/** By what is known before the body: cheapest first, and nothing is told to those who were not meant to ask. */
function findRefusal(request: IncomingMessage, parts: ReceiverParts): Refusal | undefined {
  const { host, path } = targetOf(request);
  if (parts.isHostAllowed !== null && !parts.isHostAllowed(host)) return refusals.wrongHost;
  const waitMs = parts.rate.take(peerOf(request));
  if (waitMs > 0) return refusals.rateLimited(waitMs);
  if (hasDoubledHeader(request)) return refusals.doubledHeader;
  if (otherSignals.has(path)) return refusals.signalNotStored;
  if (path !== '/v1/metrics') return refusals.notFound;
  if (request.method !== 'POST') return refusals.wrongMethod;
  if (parts.access !== null && !parts.access.isAllowed(request.headers.authorization)) {
    return refusals.unauthorized(parts.access.challenge);
  }
  if (encodingOf(request) === undefined) return refusals.unknownContentType;
  const compression = compressionOf(request);
  if (compression === undefined) return refusals.unknownContentEncoding;
  const isLonger = compression === 'identity' && (announcedBytes(request) ?? 0) > parts.maxBodyBytes;
  return isLonger ? refusals.tooLarge(parts.maxBodyBytes) : undefined;
}

/** Never rejects. */
async function take(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ReceiverParts,
): Promise<ReceiverOutcome> {
  try {
    return await readAndMerge(request, response, parts);
  } catch (error) {
    const isTheirs = error instanceof OtlpDecodeError;
    if (!isTheirs) parts.onFailure(error);
    const refusal = isTheirs ? refusals.undecodable(error.message) : refusals.failed;
    if (response.headersSent) response.destroy();
    else sendRefusal(request, response, refusal);
    return refusal.outcome;
  }
}

async function readAndMerge(
  request: IncomingMessage,
  response: ServerResponse,
  parts: ReceiverParts,
): Promise<ReceiverOutcome> {
  const encoding: OtlpEncoding = encodingOf(request) ?? 'protobuf';
  const read = await readBody(request, {
    isGzip: compressionOf(request) === 'gzip',
    maxBytes: parts.maxBodyBytes,
    held: parts.held,
  });
  if (read.kind !== 'whole') return refuseBody(request, response, { kind: read.kind, parts });
  const { length } = read.body;
  try {
    parts.metrics.bodyRead(read.sentBytes, length);
    const body = await read.body.join(parts.turns);
    const outcome = await takeMetrics({ body, encoding, peer: peerOf(request) }, parts);
    parts.metrics.pointsMerged(outcome);
    sendOutcome(response, outcome, encoding);
    return outcome.refused === 0 ? 'accepted' : 'partial';
  } finally {
    parts.held.giveBack(length);
  }
}

function refuseBody(
  request: IncomingMessage,
  response: ServerResponse,
  { kind, parts }: { readonly kind: Exclude<ReadBody['kind'], 'whole'>; readonly parts: ReceiverParts },
): ReceiverOutcome {
  if (kind === 'aborted') {
    response.destroy();
    return 'aborted';
  }
  const refusal = {
    too_large: () => refusals.tooLarge(parts.maxBodyBytes),
    overloaded: () => refusals.overloaded,
    not_gzip: () => refusals.undecodable('the body is not the gzip it is said to be'),
  }[kind]();
  sendRefusal(request, response, refusal);
  return refusal.outcome;
}

function peerOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? 'unknown';
}
