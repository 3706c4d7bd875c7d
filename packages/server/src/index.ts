export { type Api, type ApiOptions, createApi } from './api/api.ts';
export { type Board, type BoardOptions, createBoard } from './api/board.ts';
export type { DoctorCheck, DoctorResult } from './doctor/doctor-check.ts';
export { type DoctorOptions, doctorChecks } from './doctor/doctor-checks.ts';
export {
  type ExitCode,
  type ProcessErrorCode,
  processErrors,
  type RequestErrorCode,
  requestErrors,
  ServerError,
} from './errors.ts';
export { usualWatchlist } from './market/live-market.ts';
export type { Market } from './market/market.ts';
export { openMarket } from './market/open-market.ts';
export {
  createScanQueue,
  type RequestedScan,
  type ScanQueue,
  type ScanQueueOptions,
  type WaitingScan,
} from './queue/scan-queue.ts';
export { type RunScanOptions, runScan, type ScanProgress } from './scan/run-scan.ts';
export { createScheduler, type Scheduler, type SchedulerOptions } from './scheduler/scheduler.ts';
export type { Environment, Settings, SettingsOverrides } from './settings/settings.ts';
export { type LoadedSettings, loadSettings, type SettingsRequest } from './settings/settings-loading.ts';
export { type MarketKind, marketKinds, settingsFileSchema } from './settings/settings-schema.ts';
export { readWatchlist, selectTokens } from './settings/watchlist.ts';
export { watchlistSchema } from './settings/watchlist-schema.ts';
export { openDatabase } from './up/database.ts';
export type { Running } from './up/running.ts';
export { startAll } from './up/start-all.ts';
export {
  type MetricsProcessOptions,
  startApi,
  startMetricsProcess,
  startSimulatorProcess,
  startWorker,
} from './up/start-process.ts';
export type { StartOptions } from './up/start-scanning.ts';
export { toScanRecordView, toScanSummary, toScanView } from './views/scan-view.ts';
export { type TokenFacts, toTokenView } from './views/token-view.ts';
export { createWorker, type Worker, type WorkerOptions } from './worker/worker.ts';
