import type { PanelRow } from './panel.ts';
import { api } from './rows/api.ts';
import { breakers } from './rows/breakers.ts';
import { features } from './rows/features.ts';
import { overview } from './rows/overview.ts';
import { scans } from './rows/scans.ts';
import { sources } from './rows/sources.ts';
import { telemetryHealth } from './rows/telemetry-health.ts';

/** From the question "is it well" down to "are these numbers true". */
export const autotraderDashboard = {
  title: 'AutoTrader',
  uid: 'autotrader',
  rows: [overview, scans, sources, breakers, features, api, telemetryHealth] satisfies PanelRow[],
};
