import type { Exchange } from '../faults/fault.ts';

/** For a path that begins with no source that is served here. */
export function unmounted(sources: readonly string[]): Exchange {
  const detail = `a path begins with one of ${sources.map((source) => `/${source}/`).join(', ')}`;
  return {
    reply: {
      status: 404,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ code: 'SIM_NOT_FOUND', detail }),
    },
    delayMs: 0,
    delivery: { kind: 'whole' },
  };
}
