import { errorBody } from './error-body.ts';
import { html } from './html.ts';
import { latency } from './latency.ts';
import { malformedJson } from './malformed-json.ts';
import { outage } from './outage.ts';
import { rateLimit } from './rate-limit.ts';
import { reset } from './reset.ts';
import { slowDrip } from './slow-drip.ts';
import { staleData } from './stale-data.ts';
import { truncated } from './truncated.ts';
import { wrongNumbers } from './wrong-numbers.ts';

/** Every fault there is. */
export const faults = [
  latency,
  rateLimit,
  errorBody,
  html,
  malformedJson,
  truncated,
  outage,
  reset,
  slowDrip,
  staleData,
  wrongNumbers,
] as const;

export type FaultName = (typeof faults)[number]['name'];

export const faultNames: readonly FaultName[] = faults.map((fault) => fault.name);
