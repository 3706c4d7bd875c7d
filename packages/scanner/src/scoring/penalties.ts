import type { FeatureName } from '../features/feature-names.ts';
import { findingSubjects, isFindingCode } from '../safety/finding-codes.ts';
import type { Finding, Severity } from '../scan-result.ts';

/** The most a feature may be worth in view of a finding. */
export interface Cap {
  readonly feature: FeatureName;
  /** 0..1 */
  readonly atMost: number;
  readonly because: string;
}

const safetyCaps: Record<Severity, number> = { critical: 0, high: 0, medium: 0.4, low: 0.7 };

function capsOf(finding: Finding): readonly Cap[] {
  const subject = isFindingCode(finding.code) ? findingSubjects[finding.code] : 'data';
  const { code, severity } = finding;
  const caps: Cap[] = [];
  const grave = severity === 'critical' || severity === 'high';
  if (grave || subject === 'contract' || subject === 'supply') {
    caps.push({ feature: 'contract_safety', atMost: safetyCaps[severity], because: code });
  }
  if (severity === 'low') return caps;
  if (subject === 'liquidity' && code !== 'liquidity_not_locked') {
    caps.push({ feature: 'liquidity_depth', atMost: 0.3, because: code });
  }
  if (subject === 'trades') caps.push({ feature: 'accumulation_score', atMost: 0, because: code });
  if (subject === 'supply') caps.push({ feature: 'tokenomics_risk', atMost: 0.4, because: code });
  return caps;
}

/** Every cap the findings put on the features. */
export function capsFor(findings: readonly Finding[]): readonly Cap[] {
  return findings.flatMap(capsOf);
}
