import type { ProcessIdentity } from './process-identity.ts';

/** Whose a place is, as its folder's name says; making, taking and giving one up is therefore one rename that only one can win. */
export type PlaceName =
  | { readonly kind: 'free'; readonly id: string }
  | { readonly kind: 'owned'; readonly id: string; readonly owner: ProcessIdentity };

const ownedPattern = /^([0-9a-f]{12})\.(\d{1,20})\.(\d{1,10})\.(\d{1,20})\.([0-9a-f]{12})$/;
const freePattern = /^free\.([0-9a-f]{12})$/;

/** `undefined` for a folder that is not ours. */
export function parsePlaceName(name: string): PlaceName | undefined {
  const [, freeId] = freePattern.exec(name) ?? [];
  if (freeId !== undefined) return { kind: 'free', id: freeId };
  const [, machine, namespace, pid, start, id] = ownedPattern.exec(name) ?? [];
  if (machine === undefined || namespace === undefined || start === undefined || id === undefined) return undefined;
  return { kind: 'owned', id, owner: { machine, namespace, pid: Number(pid), start } };
}

/** @param id stays with the place whoever owns it */
export function toPlaceName(id: string, owner?: ProcessIdentity): string {
  if (owner === undefined) return `free.${id}`;
  return `${owner.machine}.${owner.namespace}.${owner.pid}.${owner.start}.${id}`;
}
