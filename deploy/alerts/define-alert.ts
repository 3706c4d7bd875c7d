/** A case for the rule: input series in promtool's notation, and what must be seen at one moment. */
export interface AlertCase {
  /** A present-tense fact. */
  readonly name: string;
  /** Series → values, one per minute: `0+2x20` starts at 0 and adds 2 twenty times. */
  readonly series: Readonly<Record<string, string>>;
  readonly atMinutes: number;
  /** Empty: the alert stays quiet. */
  readonly firing: readonly FiringAlert[];
}

export interface FiringAlert {
  /** Without `alertname` and `severity`, which every alert of the rule has. */
  readonly labels: Readonly<Record<string, string>>;
  /** As rendered, numbers and all. */
  readonly description: string;
}

/**
 * One alert, said once: its rule, its promtool cases, the threshold line on the dashboard and the address of
 * its runbook are made from this.
 */
export interface AlertDefinition {
  /** PascalCase; also the name of the runbook. */
  readonly name: string;
  readonly severity: 'warning' | 'critical';
  readonly threshold: number;
  readonly unit: 'fraction' | 'seconds' | 'count';
  /** How far back the expression looks. */
  readonly windowMinutes: number;
  /** How long the expression must hold; the window already smooths, so this only outlasts a single evaluation. */
  readonly forMinutes: number;
  readonly expr: string;
  readonly summary: string;
  /** May use `{{ $value }}` and `{{ $labels.x }}`. */
  readonly description: string;
  readonly cases: readonly AlertCase[];
}

export function defineAlert(definition: AlertDefinition): AlertDefinition {
  return definition;
}
