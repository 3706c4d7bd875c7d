export { SimulatorError, type SimulatorErrorCode, type SimulatorErrorFacts } from './errors.ts';
export type { FaultRule } from './faults/fault-plan.ts';
export { type FaultName, faultNames } from './faults/registry.ts';
export type { RateWindow } from './rate-windows.ts';
export { type Replay, type ReplayOptions, startReplay } from './replay/replay.ts';
export { type Simulator, startSimulator } from './simulator.ts';
export type { SimulatorOptions } from './simulator-options.ts';
export { type TokenTruth, tokenTruths } from './world/kinds.ts';
export { createWorld, type World, type WorldOptions } from './world/world.ts';
