/**
 * Numbers that look random and are the same everywhere: only 32-bit integer arithmetic and IEEE additions and
 * multiplications, none of the functions (sin, exp, log, pow) whose last bit differs between engines.
 *
 * The generator is sfc32 (Chris Doty-Humphrey, public domain): 128 bits of state, so that a thousand streams
 * derived from labels do not meet.
 */
export interface RandomStream {
  /** 0 ≤ x < 1 */
  next(): number;
  /** lo ≤ x < hi */
  between(lo: number, hi: number): number;
  /** lo ≤ n ≤ hi */
  integer(lo: number, hi: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
}

/** The stream of a label: it does not depend on how much another stream was used. */
export function createStream(seed: number, label: string): RandomStream {
  const text = `${seed}/${label}`;
  const state = Uint32Array.from(lanes, (lane) => hash32(text, lane));
  // The first outputs still resemble the state they came from.
  for (let round = 0; round < 12; round += 1) advance(state);
  const next = (): number => advance(state) / 4_294_967_296;
  const between = (lo: number, hi: number): number => lo + next() * (hi - lo);
  const integer = (lo: number, hi: number): number => lo + Math.floor(next() * (hi - lo + 1));
  return {
    next,
    between,
    integer,
    chance: (probability) => next() < probability,
    pick: (list) => list[Math.floor(next() * list.length)] ?? list[0],
  };
}

/** A smooth curve over time between −1 and 1, with one bend per period. */
export function createNoise(seed: number, label: string): (timeMs: number, periodMs: number) => number {
  const base = hash32(`${seed}/${label}`, firstLane);
  const lattice = (index: number, periodMs: number): number => {
    const mixed = mix(base ^ Math.imul(index | 0, 0x9e3779b1) ^ mix(periodMs | 0));
    return mixed / 2_147_483_648 - 1;
  };
  return (timeMs, periodMs) => {
    const position = timeMs / periodMs;
    const index = Math.floor(position);
    const part = position - index;
    const weight = part * part * (3 - 2 * part);
    return lattice(index, periodMs) * (1 - weight) + lattice(index + 1, periodMs) * weight;
  };
}

/** The same list in another order. */
export function shuffled<T>(list: readonly T[], stream: RandomStream): readonly T[] {
  const result = [...list];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = stream.integer(0, last);
    const moved = result[last];
    const taken = result[other];
    if (moved === undefined || taken === undefined) continue;
    result[last] = taken;
    result[other] = moved;
  }
  return result;
}

const firstLane = 0x811c9dc5;

/** Four starting values, one per word of the generator's state; the first is FNV-1a's. */
const lanes = [firstLane, 0x01000193, 0x9e3779b9, 0x85ebca6b] as const;

/** FNV-1a with a chosen starting value, its bits spread at the end. */
function hash32(text: string, start: number): number {
  let hash = start;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash);
}

/** The finalizer of MurmurHash3 (Austin Appleby, public domain): every input bit changes every output bit. */
function mix(value: number): number {
  let hash = value >>> 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function advance(state: Uint32Array): number {
  const [a = 0, b = 0, c = 0, counter = 0] = state;
  const result = (a + b + counter) >>> 0;
  state[0] = b ^ (b >>> 9);
  state[1] = c + (c << 3);
  state[2] = ((c << 21) | (c >>> 11)) + result;
  state[3] = counter + 1;
  return result;
}
