import { alertsGenerator } from '../gen-alerts.ts';
import { dashboardGenerator } from '../gen-dashboard.ts';
import { metricsGenerator } from '../gen-metrics.ts';
import { schemasGenerator } from '../gen-schemas.ts';
import type { Generator } from './generator.ts';

export const generators: readonly Generator[] = [
  metricsGenerator,
  schemasGenerator,
  alertsGenerator,
  dashboardGenerator,
];
