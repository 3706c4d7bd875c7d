import { parseFraction, parseQuantity, toQuantity } from '../numeric.ts';
import type { Quantity } from '../reading.ts';

const burnAddresses = new Set([
  '0x0000000000000000000000000000000000000000',
  '0x0000000000000000000000000000000000000001',
  '0x000000000000000000000000000000000000dead',
  '11111111111111111111111111111111',
  '1nc1nerator11111111111111111111111111111111',
]);

interface Holder {
  readonly address: string;
  readonly isContract: boolean;
  /** `null` when it cannot be read. */
  readonly fraction: number | null;
  readonly balance: number | null;
  readonly isLocked: boolean;
  readonly locks: readonly Lock[];
}

interface Lock {
  readonly amount: number | null;
  readonly endsAtMs: number | null;
}

/**
 * Share of the largest ten that are people: contracts (pools, lockers, bridges) and burnt tokens do not sell. `null` when
 * the list is not there, or when what one of them holds cannot be read: left out, it would make the rest look harmless.
 */
export function topHolderFraction(list: unknown): Quantity | null {
  const holders = parseHolders(list);
  if (holders === null) return null;
  const people = holders.filter((holder) => !holder.isContract && !isBurnt(holder));
  const fractions = people.map(({ fraction }) => fraction).filter((fraction) => fraction !== null);
  if (fractions.length < people.length) return null;
  const largest = fractions.toSorted((a, b) => b - a).slice(0, 10);
  return toShare(largest.reduce((total, fraction) => total + fraction, 0));
}

/** Share of the liquidity tokens that nobody can take out at `nowMs`. A lock that has ended holds nothing. */
export function lockedFraction(list: unknown, nowMs: number): Quantity | null {
  const holders = parseHolders(list);
  if (holders === null) return null;
  return toShare(holders.reduce((total, holder) => total + heldFraction(holder, nowMs), 0));
}

function heldFraction(holder: Holder, nowMs: number): number {
  const { fraction } = holder;
  if (fraction === null) return 0;
  if (isBurnt(holder)) return fraction;
  if (!holder.isLocked) return 0;
  // Locked for good, or by a locker whose terms the source does not know.
  if (holder.locks.length === 0) return fraction;
  const running = holder.locks.filter((lock) => lock.endsAtMs !== null && lock.endsAtMs > nowMs);
  const amounts = running.map((lock) => lock.amount);
  if (running.length < holder.locks.length && holder.balance !== null && amounts.every((amount) => amount !== null)) {
    const held = amounts.reduce((total, amount) => total + amount, 0);
    return holder.balance > 0 ? fraction * Math.min(1, held / holder.balance) : 0;
  }
  return running.length > 0 ? fraction : 0;
}

/** An empty list says as little as an absent one: every token has holders. */
function parseHolders(list: unknown): readonly Holder[] | null {
  if (!Array.isArray(list)) return null;
  const holders = list.map(parseHolder).filter((holder) => holder !== null);
  return holders.every(({ fraction }) => fraction === null) ? null : holders;
}

function parseHolder(value: unknown): Holder | null {
  if (typeof value !== 'object' || value === null) return null;
  const entry = value as Readonly<Record<string, unknown>>;
  const address = entry['address'] ?? entry['account'];
  const fraction = parseFraction(entry['percent']);
  if (typeof address !== 'string') return null;
  const locks = Array.isArray(entry['locked_detail']) ? entry['locked_detail'] : [];
  return {
    address,
    isContract: isOne(entry['is_contract']),
    fraction: fraction?.value ?? null,
    balance: parseQuantity(entry['balance'])?.value ?? null,
    isLocked: isOne(entry['is_locked']),
    locks: locks.map(parseLock),
  };
}

function parseLock(value: unknown): Lock {
  const entry = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const end = typeof entry['end_time'] === 'string' ? Date.parse(entry['end_time']) : Number.NaN;
  return {
    amount: parseQuantity(entry['amount'])?.value ?? null,
    endsAtMs: Number.isFinite(end) ? end : null,
  };
}

function isBurnt(holder: Holder): boolean {
  return burnAddresses.has(holder.address) || burnAddresses.has(holder.address.toLowerCase());
}

/** Numbers on the wire, strings in older replies. */
function isOne(value: unknown): boolean {
  return value === 1 || value === '1';
}

/** Rounded parts may add up to a hair above the whole. */
function toShare(value: number): Quantity | null {
  return toQuantity(Math.min(1, value));
}
