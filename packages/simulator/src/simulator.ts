import type { Token } from '@autotrader/sources';
import { type FakeReply, fakes, type SourceFake } from '@autotrader/sources/fakes';
import type { Exchange } from './faults/fault.ts';
import { type FaultPlan, type FaultRule, parseFaultPlan } from './faults/fault-plan.ts';
import { answerControl, type Controls } from './http/control.ts';
import { type MountedRequest, startMarketServer } from './http/market-server.ts';
import { unmounted } from './http/unmounted.ts';
import { createStream } from './random.ts';
import { createRateWindows, type RateWindows } from './rate-windows.ts';
import { type ParsedOptions, parseOptions, type SimulatorOptions } from './simulator-options.ts';
import { createWorld, type World } from './world/world.ts';

/** A simulated market that answers over HTTP. */
export interface Simulator {
  readonly url: string;
  /** Where each source is imitated, by source name: what its real base URL is replaced with. */
  readonly baseUrls: Readonly<Record<string, string>>;
  readonly watchlist: readonly Token[];
  readonly world: World;
  /** Replaces the faults in force. @throws SimulatorError SIM_FAULTS_INVALID, and the old ones stay */
  setFaults(rules: readonly FaultRule[]): void;
  /** Ends every connection at once. Idempotent. */
  close(): Promise<void>;
}

/** What changes while the simulator runs. */
interface Running {
  readonly options: ParsedOptions;
  readonly world: World;
  readonly now: () => number;
  readonly limits: ReadonlyMap<string, RateWindows>;
  readonly latencyRandom: () => number;
  plan: FaultPlan;
}

const sourceNames = fakes.map((fake) => fake.source);

/**
 * Starts a simulated market: each source below `/<source>`, its limits enforced with its own replies, and
 * `/_control/faults` and `/_control/world` for this machine only.
 *
 * @throws SimulatorError SIM_OPTIONS_INVALID, SIM_FAULTS_INVALID, SIM_PORT_IN_USE, SIM_ADDRESS_UNUSABLE
 */
export async function startSimulator(given: SimulatorOptions = {}): Promise<Simulator> {
  const { faults = [], now = Date.now, ...rest } = given;
  const options = parseOptions(rest);
  const { seed, address } = options;
  const world = createWorld({ seed, size: options.size });
  const setting = { seed, sources: sourceNames };
  const running: Running = {
    options,
    world,
    now,
    limits: new Map(sourceNames.map((name) => [name, createRateWindows(options.limits[name] ?? [])])),
    latencyRandom: createStream(seed, 'latency').next,
    plan: parseFaultPlan(faults, setting),
  };
  const setFaults = (rules: unknown): void => {
    running.plan = parseFaultPlan(rules, setting);
  };
  const controls: Controls = {
    address,
    seed,
    symbols: world.tokens.map((token) => token.symbol),
    rules: () => running.plan.rules,
    setRules: setFaults,
  };
  const server = await startMarketServer({ port: options.port, address }, (request) => {
    if (request.mount === '_control') return answerControl(request, controls);
    const fake = fakes.find((candidate) => candidate.source === request.mount);
    return fake === undefined ? unmounted(sourceNames) : answerSource(fake, request, running);
  });
  return {
    url: server.url,
    baseUrls: Object.fromEntries(sourceNames.map((name) => [name, `${server.url}/${name}`])),
    watchlist: world.tokens,
    world,
    setFaults,
    close: () => server.close(),
  };
}

function answerSource(fake: SourceFake, { below }: MountedRequest, running: Running): Exchange {
  const nowMs = running.now();
  const { min, max } = running.options.latencyMs;
  const answerAgo = (ageMs: number): FakeReply => fake.answer(below, running.world.snapshot(nowMs - ageMs));
  const room = running.limits.get(fake.source)?.take(nowMs);
  const exchange: Exchange = {
    // Without Retry-After, as these sources do: a client must know how long to wait by itself.
    reply: room?.isAllowed === false ? fake.tooManyRequests() : answerAgo(0),
    delayMs: min + running.latencyRandom() * (max - min),
    delivery: { kind: 'whole' },
  };
  return running.plan.apply({ source: fake.source, path: below.path, nowMs }, exchange, { fake, answerAgo });
}
