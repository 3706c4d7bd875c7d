import { type SourceName, type SourceReport, type Token, tokenKey } from '@autotrader/sources';
import { featureNames } from '../features/feature-names.ts';
import { features } from '../features/feature-registry.ts';
import type { LastGoodFeature, ScoredScan } from '../scan-result.ts';
import type { ScanStore, StoredFeature } from '../store/scan-store.ts';
import { untilAborted } from './deadline.ts';
import type { Collected, ScanJob } from './scan-states.ts';
import type { Stage, Tally } from './stage.ts';

/** What the scanner needs of the sources: their names and one call each that never rejects. */
export interface ScanSources {
  readonly names: readonly SourceName[];
  collect(
    source: SourceName,
    token: Token,
    context: { deadlineAtMs: number; signal?: AbortSignal },
  ): Promise<SourceReport>;
}

export interface CollectNeeds {
  readonly sources: ScanSources;
  readonly store?: ScanStore | undefined;
  readonly now: () => number;
}

/** Kept for the stages after collecting, which are local: a tenth of the deadline, at most half a second. */
export function reserveMs(deadlineMs: number): number {
  return Math.min(500, deadlineMs / 10);
}

/** How many results back the newest scored one is looked for. */
const lookBack = 5;

function silentReport(source: SourceName, outcome: 'deadline' | 'not_asked', detail: string): SourceReport {
  const endpoint = 'collect';
  return {
    source,
    quantities: {},
    checks: {},
    texts: { state: 'missing', reason: outcome, source, endpoint, detail },
    calls: [{ source, endpoint, outcome, attempts: 0, durationMs: 0, waitedMs: 0, detail }],
  };
}

interface Asked {
  readonly source: SourceName;
  readonly job: ScanJob;
  readonly signal: AbortSignal;
}

/** Sources promise never to reject and to keep the deadline. One that breaks either promise costs only itself. */
async function askSource({ sources, now }: CollectNeeds, { source, job, signal }: Asked): Promise<SourceReport> {
  const deadlineAtMs = job.deadlineAtMs - reserveMs(job.deadlineAtMs - job.startedAtMs);
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), Math.max(0, deadlineAtMs - now()));
  const stop = AbortSignal.any([signal, late.signal]);
  try {
    return await untilAborted(sources.collect(source, job.token, { deadlineAtMs, signal: stop }), stop);
  } catch (thrown) {
    if (signal.aborted) throw signal.reason;
    if (late.signal.aborted) return silentReport(source, 'deadline', 'it did not answer before the deadline');
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    return silentReport(source, 'not_asked', `it failed unexpectedly: ${said}`);
  } finally {
    clearTimeout(timer);
  }
}

interface Memory {
  readonly earlier: ScoredScan | null;
  readonly lastGood: readonly LastGoodFeature[];
  readonly storeTrouble: readonly string[];
}

/** Of the scans given, those of this very token: a symbol may have been given to another contract meanwhile. */
async function scansOf(store: ScanStore, token: Token, ids: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const records = await Promise.all([...ids].map((id) => store.get(id)));
  const own = records.filter((record) => record !== null && tokenKey(record.token) === tokenKey(token));
  return new Set(own.flatMap((record) => record?.id ?? []));
}

async function readLastGood(store: ScanStore, token: Token): Promise<readonly LastGoodFeature[]> {
  const names = featureNames.filter((name) => features[name].keepsLastGood);
  const stored = await Promise.all(names.map((name) => store.lastFeature(token.symbol, name)));
  const found: readonly StoredFeature[] = stored.filter((feature) => feature !== null);
  const own = await scansOf(store, token, new Set(found.map(({ scanId }) => scanId)));
  return found
    .filter(({ scanId }) => own.has(scanId))
    .map(({ name, value, observedAtMs }) => ({ name, value, observedAtMs }));
}

/** What earlier scans left. A store that cannot be read costs the comparison with the past, not the scan. */
async function remember(store: ScanStore | undefined, token: Token): Promise<Memory> {
  if (store === undefined) return { earlier: null, lastGood: [], storeTrouble: [] };
  try {
    const [history, lastGood] = await Promise.all([store.history(token.symbol, lookBack), readLastGood(store, token)]);
    const own = history.filter((record) => tokenKey(record.token) === tokenKey(token));
    const scored = own.map((record) => record.result).find((result) => result?.status === 'success');
    return { earlier: scored?.status === 'success' ? scored : null, lastGood, storeTrouble: [] };
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown);
    return { earlier: null, lastGood: [], storeTrouble: [`store: earlier scans could not be read (${said})`] };
  }
}

function answered(report: SourceReport): boolean {
  return report.calls.some((call) => call.outcome === 'answered' || call.outcome === 'no_record');
}

function notForUs(report: SourceReport): boolean {
  return report.calls.every((call) => call.outcome === 'not_applicable' || call.outcome === 'not_asked');
}

function tallyReports({ reports }: Collected): Tally {
  const out = reports.filter(answered).length;
  const filtered = reports.filter((report) => !answered(report) && notForUs(report)).length;
  return { out, filtered, failed: reports.length - out - filtered };
}

/** Asks all sources at once. Items are sources. */
export function collectStage(needs: CollectNeeds): Stage<ScanJob, Collected> {
  return {
    name: 'collect',
    stopsAtDeadline: true,
    run: async (job, signal) => {
      const asked = needs.sources.names.map((source) => askSource(needs, { source, job, signal }));
      const [reports, memory] = await Promise.all([Promise.all(asked), remember(needs.store, job.token)]);
      return { job, reports, ...memory };
    },
    size: () => needs.sources.names.length,
    tally: tallyReports,
    observations: () => [],
  };
}
