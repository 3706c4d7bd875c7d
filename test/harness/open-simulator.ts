import { type Simulator, type SimulatorOptions, startSimulator } from '@autotrader/simulator';
import { sourceNames } from '@autotrader/sources';

/**
 * A simulator without the sources' request limits: what free plans allow per minute is less than a test asks in
 * seconds, and a test that wants a refusal sets the fault.
 */
export function openSimulator(options: SimulatorOptions): Promise<Simulator> {
  return startSimulator({ ...options, limits: Object.fromEntries(sourceNames.map((name) => [name, []])) });
}
