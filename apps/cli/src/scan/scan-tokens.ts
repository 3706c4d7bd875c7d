import { type ScanResult, scoringModel } from '@autotrader/scanner';
import {
  loadSettings,
  type Market,
  openMarket,
  runScan,
  type Settings,
  type SettingsOverrides,
  selectTokens,
  toScanView,
} from '@autotrader/server';
import type { GlobalOptions } from '../cli-command.ts';
import type { CliContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { impliedMarket } from '../options.ts';
import { startTelemetry } from '../process/telemetry.ts';
import { wantsColor } from '../terminal/colors.ts';
import { createProgressLine } from '../terminal/progress-line.ts';
import { prepareFolder, writeWhole } from './out-folder.ts';
import { type ScanDocument, toJson, toNdjsonLine, withoutTrace } from './scan-document.ts';
import { toFooter } from './scan-footer.ts';
import type { ScanOptions } from './scan-options.ts';
import { toTable } from './scan-table.ts';

export interface ScanTask {
  readonly symbols: readonly string[];
  readonly options: ScanOptions & GlobalOptions;
  readonly context: CliContext;
}

/** `autotrader scan`: nothing is kept but what `--out` asks for, so it runs beside an `up` without touching its store. */
export async function scanTokens(task: ScanTask): Promise<ExitCode> {
  const { options, context } = task;
  const { settings } = await loadSettings({ file: options.config, env: context.env, overrides: overridesOf(options) });
  if (options.out !== undefined) await prepareFolder(options.out);
  const telemetry = await startTelemetry({ globals: options, context, logTo: 'stderr' });
  try {
    const market = await openMarket({ settings });
    try {
      return await scanMarket(task, settings, market);
    } finally {
      await market.close();
    }
  } finally {
    await telemetry.shutdown();
  }
}

async function scanMarket(task: ScanTask, settings: Settings, market: Market): Promise<ExitCode> {
  const { options, context } = task;
  const tokens = selectTokens(market.watchlist, task.symbols);
  const asOfMs = market.now();
  const toView = (result: ScanResult) =>
    market.kind === 'replay' ? withoutTrace(toScanView(result)) : toScanView(result);
  const progress = createProgressLine(context.stderr);
  // Which token ends first is chance; a replay must not show it.
  const streams = options.format === 'ndjson' && market.kind !== 'replay';
  const results = await runScan({
    settings,
    market,
    tokens,
    signal: context.signal,
    onProgress: ({ done, total, result }) => {
      progress.show(done, total, result.token.symbol);
      if (streams) context.stdout.write(toNdjsonLine(toView(result)));
    },
  });
  progress.clear();
  if (context.signal.aborted) {
    context.stderr.write(`autotrader: interrupted after ${results.length} of ${tokens.length} tokens\n`);
    return exitCodes.interrupted;
  }
  const document: ScanDocument = {
    market: market.kind,
    as_of: new Date(asOfMs).toISOString(),
    model_version: scoringModel.version,
    scans: results.map(toView),
  };
  if (!streams) context.stdout.write(toText(document, options, context));
  if (options.out !== undefined) await writeWhole(options.out, 'scans.json', toJson(document));
  return results.every(({ status }) => status === 'success') ? exitCodes.done : exitCodes.someFailed;
}

function toText(document: ScanDocument, options: ScanOptions, context: CliContext): string {
  if (options.format === 'json') return toJson(document);
  if (options.format === 'ndjson') return document.scans.map(toNdjsonLine).join('');
  const look = { columns: context.stdout.columns, color: wantsColor(context.stdout, context.env) };
  return toTable(document.scans, look) + toFooter(document);
}

function overridesOf(options: ScanOptions): SettingsOverrides {
  return { market: impliedMarket(options), watchlistFile: options.watchlist, recordings: options.recordings };
}
