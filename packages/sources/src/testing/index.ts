export { type ContractOptions, describeSource, type TestRunner } from './contract.ts';
export {
  sampleCoin,
  sampleListedToken,
  sampleMarket,
  sampleNowMs,
  sampleToken,
  unknownToken,
} from './sample-market.ts';
export { sharedFolder } from './shared-folder.ts';
export { type Fault, type SourceServer, startSourceServer } from './source-server.ts';
