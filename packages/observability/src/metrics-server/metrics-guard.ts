import type { ObservabilityConfig } from '../config/schema.ts';
import type { AccessOptions } from './access.ts';
import type { TlsFiles } from './tls-files.ts';

/** Who is let in, and by which protocol: a part of what `startMetricsServer` takes. */
export interface MetricsGuard {
  readonly access: AccessOptions;
  readonly tls?: TlsFiles;
}

/** What `metrics.access` configures: `startMetricsServer({ port, ...toMetricsGuard(config.metrics) })`. */
export function toMetricsGuard({ access }: Pick<ObservabilityConfig['metrics'], 'access'>): MetricsGuard {
  const { bearer_tokens: bearerTokens, basic_users: basicUsers, tls } = access;
  const who = { access: { bearerTokens, basicUsers } };
  return tls === undefined ? who : { ...who, tls: { certFile: tls.cert_file, keyFile: tls.key_file } };
}
