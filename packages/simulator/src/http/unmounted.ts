import { SimulatorError } from '../errors.ts';
import type { Exchange } from '../faults/fault.ts';
import { errorExchange } from './json-exchange.ts';

/** For a path that begins with no source that is served here. */
export function unmounted(sources: readonly string[]): Exchange {
  return errorExchange(404, new SimulatorError('SIM_NOT_FOUND', { known: sources.map((source) => `/${source}/`) }));
}
