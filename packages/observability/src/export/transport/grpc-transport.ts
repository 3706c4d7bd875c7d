import type { ChannelCredentials, Client, ClientOptions, Metadata, ServiceError } from '@grpc/grpc-js';
import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExportOutcome } from '../export-outcome.ts';
import { userAgent } from '../library-version.ts';
import { createReasonCleaner, withCleanReason } from './failure-reason.ts';
import { toPlainHeaders } from './plain-headers.ts';
import { readRetryDelayMs } from './retry-info.ts';
import { readTlsFiles, type TlsFiles, toSecureContext } from './tls-files.ts';
import type { Transport } from './transport.ts';

type Grpc = typeof import('@grpc/grpc-js');

/** How a call ended that brought no answer. */
export interface GrpcFailure {
  /** https://grpc.io/docs/guides/status-codes/ */
  readonly code: number;
  readonly details: string;
  /** What a RetryInfo among the details asks for. */
  readonly retryAfterMs: number | undefined;
}

/** Where a gRPC receiver is and how it wants to be spoken to. */
export interface GrpcTarget {
  /** `http://` for a connection in the clear, `https://` for TLS; a path means nothing. */
  readonly url: string;
  /** Of the method, e.g. `/package.Service/Method`. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: 'gzip' | 'none';
  readonly tls: TlsFiles;
  /** Told to the receiver with each call. */
  readonly timeoutMs: number;
  /** Whether there is a proxy on the way, which the package finds by itself. */
  readonly usesProxy: boolean;
  /** What goes over the wire. */
  readonly toMessage: (batch: EncodedBatch) => Uint8Array;
  readonly judgeAnswer: (answer: Uint8Array, batch: EncodedBatch) => ExportOutcome;
  readonly judgeFailure: (failure: GrpcFailure) => ExportOutcome;
}

/**
 * The way to a gRPC receiver. A call under way keeps the program alive until it ends, which it does after `timeoutMs`.
 *
 * @throws Error when the package is not installed, or a header or a file of `tls` cannot be used
 */
export async function openGrpcTransport(target: GrpcTarget): Promise<Transport> {
  const grpc = await loadGrpc();
  const url = new URL(target.url);
  const headers = toPlainHeaders(target.headers);
  const metadata = toMetadata(grpc, headers);
  const clean = createReasonCleaner(headers);
  const credentials = await openCredentials(grpc, url, target.tls);
  const client = new grpc.Client(addressOf(url), credentials, toOptions(grpc, target));
  const caller: Caller = { client, metadata, target };
  return {
    async send(batch, abort) {
      try {
        return withCleanReason(await call(caller, batch, abort), clean);
      } catch (error) {
        return { kind: 'refused', reason: clean(error instanceof Error ? error.message : String(error)) };
      }
    },
    close: () => client.close(),
  };
}

async function loadGrpc(): Promise<Grpc> {
  try {
    return await import('@grpc/grpc-js');
  } catch (error) {
    const remedy = 'npm install @grpc/grpc-js, or choose protocol: http/protobuf';
    throw new Error(`protocol: grpc needs the package @grpc/grpc-js, which is not installed: ${remedy}`, {
      cause: error,
    });
  }
}

interface Caller {
  readonly client: Client;
  readonly metadata: Metadata;
  readonly target: GrpcTarget;
}

function call({ client, metadata, target }: Caller, batch: EncodedBatch, abort: AbortSignal): Promise<ExportOutcome> {
  const noAnswer = { kind: 'unavailable', reason: 'no answer in time' } as const;
  if (abort.aborted) return Promise.resolve(noAnswer);
  const message = target.toMessage(batch);
  const options = { deadline: Date.now() + target.timeoutMs };
  return new Promise((resolve) => {
    const settle = (error: ServiceError | null, answer: Uint8Array = new Uint8Array()): void => {
      abort.removeEventListener('abort', giveUp);
      if (error === null) resolve(target.judgeAnswer(answer, batch));
      // Too long an answer is one all the same: the records have arrived.
      else if (error.details.endsWith(tooLongAnswer)) resolve({ kind: 'sent' });
      else resolve(abort.aborted ? noAnswer : target.judgeFailure(toFailure(error)));
    };
    const sent = client.makeUnaryRequest(target.path, asBuffer, asBuffer, message, metadata, options, settle);
    const giveUp = (): void => sent.cancel();
    abort.addEventListener('abort', giveUp);
  });
}

function toFailure({ code, details, metadata }: ServiceError): GrpcFailure {
  const [status] = metadata.get('grpc-status-details-bin');
  return { code, details, retryAfterMs: Buffer.isBuffer(status) ? readRetryDelayMs(status) : undefined };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function addressOf({ hostname, port, protocol }: URL): string {
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

async function openCredentials(grpc: Grpc, url: URL, files: TlsFiles): Promise<ChannelCredentials> {
  if (url.protocol !== 'https:') return grpc.credentials.createInsecure();
  const secureContext = toSecureContext(await readTlsFiles(files));
  return grpc.credentials.createFromSecureContext(secureContext, { rejectUnauthorized: true });
}

/** @throws Error naming a header that gRPC cannot carry, without its value */
function toMetadata(grpc: Grpc, headers: Readonly<Record<string, string>>): Metadata {
  const metadata = new grpc.Metadata();
  for (const [name, value] of Object.entries(headers)) {
    try {
      metadata.set(name, name.endsWith('-bin') ? Buffer.from(value, 'base64') : value);
    } catch {
      throw new Error(`headers: gRPC cannot carry the header ${name} with the value it has (not shown)`);
    }
  }
  return metadata;
}

// Odd, because receivers built on the same package say the same words about our message and their own limit.
const longestAnswerBytes = 64 * 1024 + 1;
const tooLongAnswer = ` vs ${longestAnswerBytes})`;

function toOptions(grpc: Grpc, { compression, usesProxy }: GrpcTarget): ClientOptions {
  const { gzip, identity } = grpc.compressionAlgorithms;
  return {
    'grpc.primary_user_agent': userAgent,
    'grpc.default_compression_algorithm': compression === 'gzip' ? gzip : identity,
    'grpc.max_receive_message_length': longestAnswerBytes,
    'grpc.enable_http_proxy': usesProxy ? 1 : 0,
    // Whether anything is sent again is decided by who called.
    'grpc.enable_retries': 0,
    'grpc.service_config_disable_resolution': 1,
    // The package would wait up to two minutes before it connects anew, while our breaker takes a receiver for dead.
    'grpc.initial_reconnect_backoff_ms': 100,
    'grpc.max_reconnect_backoff_ms': 1_000,
    // Finds out within a call's time that the other side is gone; servers allow one ping in a while.
    'grpc.keepalive_time_ms': 15_000,
    'grpc.keepalive_timeout_ms': 5_000,
    'grpc.use_local_subchannel_pool': 1,
  };
}
