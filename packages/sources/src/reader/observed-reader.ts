import { getLogger, injectTraceHeaders, type OperationSpan, traceOperation } from '@autotrader/observability';
import { SourceError } from '../source-error.ts';
import {
  recordCacheHit,
  recordCacheMiss,
  recordCircuitBreakerRecovery,
  recordCircuitBreakerTrip,
  recordDataSourceError,
  recordDataSourceLatency,
  recordDataSourceRequest,
  setCircuitBreakerState,
  watchRateLimit,
} from '../telemetry.ts';
import type { Answer } from './answer.ts';
import { type Call, NotAskedError } from './call.ts';
import type { HttpRequest } from './http.ts';
import type { AttemptResult, Instruments } from './instruments.ts';

const log = getLogger('autotrader.sources');

/** Spans, metrics and log lines of everything that is asked. */
export const observedReader: Instruments = {
  ask: (source, endpoint, work) =>
    traceOperation(
      `source.${source} ${endpoint}`,
      { attributes: { 'source.name': source, 'source.endpoint': endpoint } },
      async (span) => {
        const answer = await work();
        (answer.isCacheHit ? recordCacheHit : recordCacheMiss)(source, endpoint);
        describeAnswer(span, answer);
        return answer;
      },
    ),

  async exchange(call, work) {
    try {
      return await work();
    } catch (error) {
      logFailedExchange(call, error);
      throw error;
    }
  },

  attempt: (call, request, work) =>
    traceOperation('HTTP GET', { kind: 'client', attributes: requestAttributes(call, request) }, (span) =>
      observeAttempt(call, span, () => work(injectTraceHeaders({}))),
    ),

  breaker({ source, endpoint, state, cause }) {
    setCircuitBreakerState(source, endpoint, state);
    const fields = { source, endpoint, ...(cause === null ? {} : failureFields(cause)) };
    if (state === 'open') {
      recordCircuitBreakerTrip(source, endpoint);
      log.warning('circuit_breaker_opened', fields);
    }
  },

  breakerRecovered(source, endpoint) {
    recordCircuitBreakerRecovery(source, endpoint);
    log.info('circuit_breaker_closed', { source, endpoint });
  },

  rateLimit: watchRateLimit,
};

function describeAnswer(span: OperationSpan, answer: Answer): void {
  const { outcome } = answer;
  span.setAttributes({
    'cache.hit': answer.isCacheHit,
    'source.attempts': answer.attempts,
    'source.waited_ms.batch': answer.waitedMs.batch,
    'source.waited_ms.rate_limit': answer.waitedMs.rate_limit,
    'source.waited_ms.retry': answer.waitedMs.retry,
    'source.outcome': outcome.state === 'answered' ? outcome.obtained : outcome.reason,
    'circuit_breaker.state': answer.breaker,
  });
  if (answer.error !== undefined) span.fail(answer.error);
}

async function observeAttempt(
  call: Call,
  span: OperationSpan,
  work: () => Promise<AttemptResult>,
): Promise<AttemptResult> {
  const startedAt = performance.now();
  const { source, endpoint } = call;
  try {
    const result = await work();
    const { status } = result.reply;
    const isKnown = result.parsed.values.size > 0 || (result.parsed.unsure?.length ?? 0) > 0;
    span.setAttributes({ 'http.response.status_code': status });
    recordDataSourceRequest(source, endpoint, isKnown ? 'success' : 'not_found');
    recordDataSourceLatency(source, endpoint, since(startedAt) / 1_000);
    log.debug('api_request_completed', {
      source,
      endpoint,
      http_status: status,
      duration_ms: Math.round(since(startedAt)),
    });
    return result;
  } catch (error) {
    // A request that was given up is nobody's failure: the source may have been about to answer.
    if (!(error instanceof SourceError)) throw error;
    if (error.facts.httpStatus !== undefined)
      span.setAttributes({ 'http.response.status_code': error.facts.httpStatus });
    recordDataSourceRequest(source, endpoint, 'failure');
    recordDataSourceLatency(source, endpoint, since(startedAt) / 1_000);
    recordDataSourceError(source, endpoint, error.kind);
    throw error;
  }
}

function requestAttributes({ tally }: Call, { url }: HttpRequest) {
  const { host, hostname, port, protocol, pathname, search } = new URL(url);
  return {
    'http.request.method': 'GET',
    // Without user and password, should the configured address hold any.
    'url.full': `${protocol}//${host}${pathname}${search}`,
    'server.address': hostname,
    'server.port': Number(port) || (protocol === 'https:' ? 443 : 80),
    ...(tally.attempts > 1 ? { 'http.request.resend_count': tally.attempts - 1 } : {}),
  };
}

function logFailedExchange(call: Call, error: unknown): void {
  const { source, endpoint, tally } = call;
  const about = { source, endpoint, attempts: tally.attempts };
  if (error instanceof SourceError) {
    const fields = { ...about, ...failureFields(error) };
    // A request the source calls wrong is our mistake, and a refused key the user's: neither passes by itself.
    if (error.kind === 'bad_request' || error.kind === 'auth') log.error('data_source_request_failed', fields);
    else log.warning('data_source_request_failed', fields);
  } else if (error instanceof NotAskedError) {
    log.debug('data_source_request_skipped', { ...about, reason: error.reason, detail: error.message });
  } else {
    log.exception('data_source_request_failed', error, about);
  }
}

function failureFields({ code, kind, facts }: SourceError) {
  return {
    error_type: kind,
    error_code: code,
    detail: facts.detail,
    ...(facts.httpStatus === undefined ? {} : { http_status: facts.httpStatus }),
  };
}

function since(startedAt: number): number {
  return performance.now() - startedAt;
}
