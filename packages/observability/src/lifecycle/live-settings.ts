import type { ObservabilityConfig } from '../config/schema.ts';

/** `running` with those values of `next` that can change while the program runs; all others need a restart. */
export function takeLive(
  running: ObservabilityConfig,
  next: ObservabilityConfig,
  tracing: { readonly canResample: boolean },
): ObservabilityConfig {
  const { level, levels, default_fields, sampling, throttling, debug_on_failure, redact_fields, redaction } =
    next.logging;
  const live = { level, levels, default_fields, sampling, throttling, debug_on_failure, redact_fields, redaction };
  return {
    ...running,
    logging: { ...running.logging, ...live },
    tracing: tracing.canResample ? { ...running.tracing, sampling: next.tracing.sampling } : running.tracing,
  };
}
