import { setMaxListeners } from 'node:events';
import { type Asked, assembleReport } from './assemble-report.ts';
import type { Ask, Endpoint, Told } from './define-source.ts';
import type { Answer } from './reader/answer.ts';
import { createCache } from './reader/cache.ts';
import { createTally } from './reader/call.ts';
import { observedReader } from './reader/observed-reader.ts';
import { createReader, type Reader } from './reader/reader.ts';
import type { MissingReason } from './reading.ts';
import { type SourceName, sourceNames, sourceOf, sources } from './registry.ts';
import type { SourceReport } from './report.ts';
import type { BreakerStatus, CollectContext, Sources, SourcesOptions } from './sources.ts';
import type { Token } from './token.ts';

/**
 * Makes the declared sources live: one cache for all, one rate limit per source, one breaker per endpoint.
 * Nothing is asked before the first `collect`.
 */
export function createSources(options: SourcesOptions): Sources {
  const { settings, now = Date.now, random = Math.random } = options;
  // Looked up at each call, so that whoever replaces or patches the global later is heard.
  const send: typeof fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  const cache = createCache(now);
  const readers = new Map<SourceName, Reader>(
    sources.map((source) => [
      source.name,
      createReader({
        source,
        settings: settings[source.name],
        cache,
        instruments: observedReader,
        now,
        fetch: send,
        random,
      }),
    ]),
  );

  async function collect(name: SourceName, token: Token, context: CollectContext): Promise<SourceReport> {
    const source = sourceOf(name);
    const reader = readers.get(name);
    const asked: Asked[] = [];
    if (reader === undefined || !settings[name].enabled) {
      const idle = answerOf('not_asked', 'switched off in the configuration');
      return assembleReport(
        source,
        source.endpoints.map((endpoint) => ({ endpoint, answer: idle })),
        now(),
      );
    }
    // One signal may stop scans of many tokens; each question listens to it and stops listening.
    if (context.signal !== undefined) setMaxListeners(0, context.signal);
    try {
      await source.collect(token, createAsk(reader, context, { asked, now }));
    } catch (error) {
      // A mistake in a source's own code costs that source and not the scan.
      const broken = answerOf('schema', `${name} could not be asked: ${String(error)}`);
      asked.push(...source.endpoints.map((endpoint) => ({ endpoint, answer: broken })));
    }
    return assembleReport(source, asked, now());
  }

  return {
    names: sourceNames,
    collect,
    breakers: () =>
      [...readers].flatMap(([source, reader]): BreakerStatus[] =>
        reader.breakerStates().map((status) => ({ source, ...status })),
      ),
    async close() {
      for (const reader of readers.values()) reader.close();
    },
  };
}

function createAsk(
  reader: Reader,
  { deadlineAtMs, signal }: CollectContext,
  { asked, now }: { asked: Asked[]; now: () => number },
): Ask {
  const ask = async <Value>(
    endpoint: Endpoint,
    input: unknown,
    courtesy: { spare?: boolean } = {},
  ): Promise<Told<Value>> => {
    // In the order of asking, not of answering, so that the same scan gives the same report.
    const place = asked.push({ endpoint, answer: answerOf('deadline', 'no answer was waited for') }) - 1;
    const answer = await reader.ask(endpoint, input, { deadlineAtMs, signal, isSpare: courtesy.spare ?? false });
    asked[place] = { endpoint, answer };
    const { outcome } = answer;
    if (outcome.state === 'missing') return { endpoint, answered: false };
    // The value came out of this endpoint's own `parse`, whose type the reader does not carry along.
    return { endpoint, answered: true, value: outcome.value as Value, ageMs: now() - outcome.answeredAtMs };
  };
  return Object.assign(ask, {
    notApplicable: (endpoint: Endpoint, detail: string): void => {
      asked.push({ endpoint, answer: answerOf('not_applicable', detail) });
    },
  });
}

function answerOf(reason: MissingReason, detail: string): Answer {
  const { attempts, waitedMs } = createTally();
  return {
    outcome: { state: 'missing', reason, detail },
    isCacheHit: false,
    attempts,
    waitedMs,
    durationMs: 0,
    breaker: 'closed',
  };
}
