import { readProxy } from '../../config/proxy.ts';
import type { ExportOutcome } from '../export-outcome.ts';
import type { HttpReply } from '../transport/http-exchange.ts';
import { parseRetryAfter } from '../transport/retry-after.ts';
import type { TlsFiles } from '../transport/tls-files.ts';
import type { Transport } from '../transport/transport.ts';
import { untraced } from '../transport/untraced.ts';

/** A Prometheus, or another that receives its remote write. */
export interface RemoteWriteRoute {
  /** The whole address, e.g. `http://127.0.0.1:9090/api/v1/write`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsFiles;
}

/**
 * The way to a receiver of remote write 1.0; loads what it needs.
 *
 * @throws Error naming the file or proxy that cannot be used
 */
export async function openRemoteWriteTransport({ url, headers, tls }: RemoteWriteRoute): Promise<Transport> {
  const { openHttpTransport } = await import('../transport/http-transport.ts');
  return untraced(
    await openHttpTransport({
      url,
      headers: { ...headers, 'x-prometheus-remote-write-version': '0.1.0' },
      compression: 'snappy',
      tls,
      proxy: await readProxy(url),
      judge: (reply) => judgeRemoteWriteReply(reply, Date.now()),
    }),
  );
}

/**
 * What a receiver's answer means for the batch: 5xx and 429 are to be sent again, nothing else may be:
 * https://prometheus.io/docs/specs/prw/remote_write_spec/#retries-backoff. A request that is too long is refused as well:
 * it has been kept short, and only requests of OTLP can be parted.
 */
export function judgeRemoteWriteReply({ status, headers, body }: HttpReply, nowMs: number): ExportOutcome {
  if (status >= 200 && status < 300) return { kind: 'sent' };
  const reason = `HTTP ${status} ${new TextDecoder().decode(body.subarray(0, longestText))}`.trim();
  if ((status < 500 && status !== 429) || cannotTake.test(reason)) return { kind: 'refused', reason };
  const retryAfterMs = parseRetryAfter(headers['retry-after'], nowMs);
  return { kind: 'unavailable', reason, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

const longestText = 2_048;

// Prometheus answers so, with 500, while `--enable-feature=native-histograms` is not given: sent again, it would be refused
// for ever and hold up all that comes after it.
const cannotTake = /native histograms are disabled/;
