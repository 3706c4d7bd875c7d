import type { Check, CheckName } from '@autotrader/sources';
import type { SafetyCheck } from '../scan-result.ts';

const nobody: Check = {
  state: 'unknown',
  reason: 'not_asked',
  source: 'none',
  endpoint: 'none',
  detail: 'no source was asked for it',
};

const worstFirst = { fail: 0, pass: 1, unknown: 2 } as const;

/** One failing answer outweighs a passing one, and any answer outweighs none; all are kept when there are several. */
export function reconcileCheck(name: CheckName, said: readonly Check[]): SafetyCheck {
  const check = said.toSorted((a, b) => worstFirst[a.state] - worstFirst[b.state])[0] ?? nobody;
  return said.length > 1 ? { name, check, readings: said } : { name, check };
}

/** True when one source says pass and another fail. */
export function isContradicted(entry: SafetyCheck): boolean {
  const states = new Set(entry.readings?.map((check) => check.state));
  return states.has('pass') && states.has('fail');
}
