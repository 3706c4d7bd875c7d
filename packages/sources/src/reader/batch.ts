import { abandonment, createTally, NotAskedError, type Tally } from './call.ts';
import { unlessAborted, waitAtMost } from './sleep.ts';

export interface Waiter {
  readonly key: string;
  /** Keys of different groups never share an exchange. */
  readonly group: string;
  readonly input: unknown;
  readonly deadlineAtMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly isSpare: boolean;
}

/** One exchange under way, as those who run it see it. */
export interface Flight {
  readonly inputs: readonly unknown[];
  readonly signal: AbortSignal;
  remainingMs(): number;
  isSpare(): boolean;
  readonly tally: Tally;
}

export interface BatchOptions<Value> {
  readonly maxKeys: number;
  readonly windowMs: number;
  readonly now: () => number;
  /** Values by key; a key that is absent has no record. */
  load(flight: Flight): Promise<ReadonlyMap<string, Value>>;
}

export interface Landed<Value> {
  /** `undefined`: no record. */
  readonly value: Value | undefined;
  readonly tally: Tally;
}

export interface Batcher<Value> {
  /** Joins the exchange that already asks for the key, or the one that is gathering keys, or starts one. */
  join(waiter: Waiter, board: (tally: Tally) => void): Promise<Landed<Value>>;
  /** Gives up everything under way. */
  close(reason: NotAskedError): void;
}

interface OpenFlight<Value> {
  readonly group: string;
  readonly inputs: Map<string, unknown>;
  readonly abort: AbortController;
  readonly tally: Tally;
  readonly landed: Promise<ReadonlyMap<string, Value>>;
  launch(): void;
  waiters: number;
  deadlineAtMs: number;
  isSpare: boolean;
}

/** Single flight and batching in one: a key is asked for once at a time, in as few exchanges as the source allows. */
export function createBatcher<Value>(options: BatchOptions<Value>): Batcher<Value> {
  const flights = new Set<OpenFlight<Value>>();
  const gathering = new Map<string, OpenFlight<Value>>();

  const start = (group: string): OpenFlight<Value> => {
    const flight = createFlight(group, options, () => flights.delete(flight));
    flights.add(flight);
    if (options.windowMs > 0 && options.maxKeys > 1) gathering.set(group, flight);
    return flight;
  };
  const launch = (flight: OpenFlight<Value>): void => {
    if (gathering.get(flight.group) === flight) gathering.delete(flight.group);
    flight.launch();
  };
  const board = ({ key, group, input }: Waiter): OpenFlight<Value> => {
    const underWay = [...flights].find((flight) => flight.group === group && flight.inputs.has(key));
    if (underWay !== undefined) return underWay;
    const waiting = gathering.get(group);
    const flight = waiting ?? start(group);
    flight.inputs.set(key, input);
    if (gathering.get(group) !== flight || flight.inputs.size >= options.maxKeys) launch(flight);
    else if (waiting === undefined) setTimeout(() => launch(flight), options.windowMs);
    return flight;
  };
  const leave = (flight: OpenFlight<Value>): void => {
    flight.waiters -= 1;
    if (flight.waiters > 0) return;
    // Whoever comes next must not join an exchange that is being given up.
    flights.delete(flight);
    if (gathering.get(flight.group) === flight) gathering.delete(flight.group);
    flight.abort.abort(new NotAskedError('deadline', 'nobody waits for the answer any more'));
  };

  return {
    async join(waiter, onBoard) {
      const flight = board(waiter);
      flight.deadlineAtMs =
        flight.waiters === 0 ? waiter.deadlineAtMs : Math.max(flight.deadlineAtMs, waiter.deadlineAtMs);
      flight.isSpare = flight.waiters === 0 ? waiter.isSpare : flight.isSpare && waiter.isSpare;
      flight.waiters += 1;
      onBoard(flight.tally);
      try {
        const values = await waitAtMost(flight.landed, waiter.deadlineAtMs - options.now(), waiter.signal);
        return { value: values.get(waiter.key), tally: flight.tally };
      } finally {
        leave(flight);
      }
    },
    close(reason) {
      for (const flight of flights) flight.abort.abort(reason);
    },
  };
}

function createFlight<Value>(group: string, options: BatchOptions<Value>, onEnd: () => void): OpenFlight<Value> {
  const abort = new AbortController();
  const tally = createTally();
  const gatheredFromMs = options.now();
  let launch = (): void => undefined;
  const launched = new Promise<void>((resolve) => {
    launch = resolve;
  });
  const run = async (): Promise<ReadonlyMap<string, Value>> => {
    await launched;
    if (abort.signal.aborted) throw abandonment(abort.signal);
    tally.waitedMs.batch += Math.max(0, options.now() - gatheredFromMs);
    return options.load({
      inputs: [...flight.inputs.values()],
      signal: abort.signal,
      remainingMs: () => flight.deadlineAtMs - options.now(),
      isSpare: () => flight.isSpare,
      tally,
    });
  };
  // A step that sleeps, as between retries, must not hold up those who wait when the flight is given up.
  const landed = unlessAborted(run(), abort.signal).finally(onEnd);
  // Everyone may have left before it fails.
  landed.catch(() => undefined);
  const flight: OpenFlight<Value> = {
    group,
    inputs: new Map(),
    abort,
    tally,
    landed,
    launch: () => launch(),
    waiters: 0,
    deadlineAtMs: 0,
    isSpare: true,
  };
  return flight;
}
