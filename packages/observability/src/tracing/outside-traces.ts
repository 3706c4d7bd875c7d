import { activeContexts } from './active-ids.ts';
import { apiModule } from './api-module.ts';

/** Runs work that belongs to nobody's trace, whoever happened to be the one to start it. */
export function outsideTraces(work: () => void): void {
  const contexts = activeContexts();
  if (contexts === undefined) work();
  else contexts.with(apiModule().ROOT_CONTEXT, work);
}
