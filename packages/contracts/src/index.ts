export { type ApiClient, ApiError, type ClientOptions, createClient } from './client.ts';
export { type Health, healthSchema, healthStates, type Liveness, livenessSchema } from './health.ts';
export { type Problem, problemContentType, problemSchema } from './problem.ts';
export {
  type CheckView,
  checkViewSchema,
  instantSchema,
  type QuantityView,
  quantityViewSchema,
  type ReadingView,
  readingViewSchema,
} from './reading.ts';
export {
  callViewSchema,
  type FeatureView,
  featureInputViewSchema,
  featureViewSchema,
  findingViewSchema,
  gemScoreViewSchema,
  narrativeViewSchema,
  type ScanAccepted,
  type ScanList,
  type ScanRecordView,
  type ScanRequest,
  type ScanSummary,
  type ScanView,
  scanAcceptedSchema,
  scanListQuerySchema,
  scanListSchema,
  scanRecordViewSchema,
  scanRequestSchema,
  scanStateSchema,
  scanStates,
  scanSummarySchema,
  scanViewSchema,
  type TokenRef,
  tokenRefSchema,
  verdictSchema,
  verdicts,
} from './scan.ts';
export {
  type TokenDetail,
  type TokenList,
  type TokenView,
  tokenDetailSchema,
  tokenListSchema,
  tokenViewSchema,
} from './token.ts';
