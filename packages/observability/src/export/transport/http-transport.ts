import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import type { EncodedBatch } from '../encoded-batch.ts';
import type { ExportOutcome } from '../export-outcome.ts';
import { userAgent } from '../library-version.ts';
import { createReasonCleaner, failureReason, withCleanReason } from './failure-reason.ts';
import { type HttpPost, type HttpReply, post } from './http-exchange.ts';
import { toPlainHeaders } from './plain-headers.ts';
import { openProxyAgent } from './proxy-agent.ts';
import { openCompression, type RequestCompression } from './request-compression.ts';
import { readTlsFiles, type TlsFiles, toSecureContext } from './tls-files.ts';
import type { Transport } from './transport.ts';

/** Where an HTTP receiver is and how it wants to be spoken to. */
export interface HttpTarget {
  /** The whole address, e.g. `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly compression: RequestCompression;
  readonly tls: TlsFiles;
  /** Address of the proxy on the way there, empty where there is none. */
  readonly proxy: string;
  /** What the receiver's answer means for the batch. */
  readonly judge: (reply: HttpReply, batch: EncodedBatch) => ExportOutcome;
}

/**
 * The way to an HTTP receiver. Connections are kept, but keep no program alive; certificates are always verified.
 *
 * @throws Error naming the file or proxy that cannot be used
 */
export async function openHttpTransport(target: HttpTarget): Promise<Transport> {
  const url = new URL(target.url);
  const headers = { 'user-agent': userAgent, ...toPlainHeaders(target.headers) };
  const [connection, compress] = await Promise.all([connect(url, target), openCompression(target.compression)]);
  const clean = createReasonCleaner(headers);
  const encoding = target.compression === 'none' ? {} : { 'content-encoding': target.compression };
  return {
    async send(batch, abort) {
      try {
        const body = await compress(batch.body);
        const sent = { ...headers, ...encoding, 'content-type': batch.contentType };
        const reply = await post({ ...connection, url, headers: sent, body }, abort);
        return withCleanReason(target.judge(reply, batch), clean);
      } catch (error) {
        return { kind: 'unavailable', reason: clean(failureReason(error, abort)) };
      }
    },
    close: () => connection.agent.destroy(),
  };
}

// One request after the other goes to a receiver; a second connection is for a flush that overtakes a replay.
const connections = { keepAlive: true, maxFreeSockets: 2 } as const;

async function connect(url: URL, { tls: files, proxy }: HttpTarget): Promise<Pick<HttpPost, 'agent' | 'tls'>> {
  const isSecure = url.protocol === 'https:';
  const identity = isSecure || proxy.startsWith('https:') ? await readTlsFiles(files) : undefined;
  // Said here as well, because NODE_TLS_REJECT_UNAUTHORIZED would change the default.
  const tls =
    isSecure && identity !== undefined
      ? { secureContext: toSecureContext(identity), rejectUnauthorized: true as const }
      : {};
  if (proxy !== '') return { tls, agent: await openProxyAgent({ proxy, isSecure, identity, connections }) };
  return { tls, agent: isSecure ? new SecureAgent(connections) : new Agent(connections) };
}
