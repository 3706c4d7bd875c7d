export { type Chain, type ChainId, chainIds, chainOf, chains, isChainId, normalizeAddress } from './chain.ts';
export { createSources } from './create-sources.ts';
export type { Endpoint, RateLimit, SourceDeclaration, SourceLimits } from './define-source.ts';
export type { Check, MissingReason, Obtained, Provenance, Quantity, Reading } from './reading.ts';
export { type SourceName, sourceNames, sources } from './registry.ts';
export {
  type AskedCall,
  type CheckName,
  checkNames,
  type QuantityName,
  quantityNames,
  type SourceReport,
  type SourceText,
} from './report.ts';
export { type SourceSettings, type SourcesSettings, sourceSettingsSchema, sourceSettingsSchemaOf } from './settings.ts';
export {
  SourceError,
  type SourceErrorFacts,
  type SourceErrorKind,
  sourceErrorCodes,
  sourceErrorKinds,
} from './source-error.ts';
export type { BreakerState, BreakerStatus, CollectContext, Sources, SourcesOptions } from './sources.ts';
export { type Token, tokenKey } from './token.ts';
