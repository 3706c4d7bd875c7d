import { alertsGenerator } from '../gen-alerts.ts';
import type { Generator } from './generator.ts';

export const generators: readonly Generator[] = [alertsGenerator];
