import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { mkdir, readdir, rename, rmdir, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from './disk-health.ts';
import { type PlaceName, parsePlaceName, toPlaceName } from './place-name.ts';
import { type ProcessIdentity, readOwnerState } from './process-identity.ts';

/** A folder of segments that one process owns at a time. */
export interface Place {
  readonly id: string;
  readonly path: string;
}

/** What makes places. */
export interface PlacesOptions {
  readonly folder: string;
  readonly identity: ProcessIdentity;
  readonly nowMs: () => number;
  readonly steadyMs: () => number;
}

/**
 * An owner that this process cannot look up (in another container, on another host) shows that it lives by a new
 * modification time of its place every ten seconds; for how long none was seen is measured by our own clock, so that
 * clocks that differ do no harm.
 */
const silentMs = 45_000;

const placeMode = 0o700;

/** The places of one spool, and the way to those of processes that ended. */
export class Places {
  readonly #options: PlacesOptions;
  readonly #own = new Map<string, Place>();
  readonly #watched = new Map<string, { readonly modifiedMs: number; readonly sinceMs: number }>();
  #current: Place | undefined;
  #beatMs: number;

  constructor(options: PlacesOptions) {
    this.#options = options;
    this.#beatMs = options.steadyMs();
  }

  get own(): readonly Place[] {
    return [...this.#own.values()];
  }

  /** For how long nobody could see that this process lives. */
  get silentMs(): number {
    return this.#options.steadyMs() - this.#beatMs;
  }

  /** Where this process writes. */
  async current(): Promise<Place> {
    if (this.#current !== undefined) return this.#current;
    const place = this.#define();
    await mkdir(place.path, { mode: placeMode });
    return this.#take(place);
  }

  /** The same for a process that has no turn of the event loop left. */
  currentSync(): Place {
    if (this.#current !== undefined) return this.#current;
    const place = this.#define();
    mkdirSync(place.path, { mode: placeMode });
    return this.#take(place);
  }

  /** Writes to no place of before any more. */
  moveOn(): void {
    this.#current = undefined;
  }

  /** Shows that this process lives; returns the places that are not its own any more, and whether somebody else took them. */
  async beat(): Promise<readonly { readonly place: Place; readonly isTaken: boolean }[]> {
    const missing: Place[] = [];
    const seconds = this.#options.nowMs() / 1_000;
    for (const place of this.own) {
      try {
        await utimes(place.path, seconds, seconds);
      } catch (error) {
        if (codeOf(error) === 'ENOENT') missing.push(place);
      }
    }
    this.#beatMs = this.#options.steadyMs();
    if (missing.length === 0) return [];
    const present = new Set((await this.#list()).map((one) => one.name.id));
    return missing.map((place) => {
      this.#forget(place);
      return { place, isTaken: present.has(place.id) };
    });
  }

  /** Takes what ended processes left; each place is taken by exactly one of those that try. */
  async adopt(): Promise<readonly Place[]> {
    const adopted: Place[] = [];
    const listed = await this.#list();
    this.#forgetWatched(new Set(listed.map(({ folder }) => folder)));
    for (const { folder, name } of listed) {
      if (this.#own.has(name.id) || !(await this.#isAbandoned(folder, name))) continue;
      const place = this.#define(name.id);
      try {
        await rename(join(this.#options.folder, folder), place.path);
        this.#own.set(place.id, place);
        adopted.push(place);
      } catch {
        // Somebody else was faster, or the disk takes no change now: it is looked at again.
      }
    }
    return adopted;
  }

  /** Folders of others that live or may live. */
  async others(): Promise<readonly string[]> {
    const listed = await this.#list();
    return listed.filter(({ name }) => !this.#own.has(name.id)).map(({ folder }) => join(this.#options.folder, folder));
  }

  /** Removes an empty place; one that is not empty stays. */
  async removeEmpty(place: Place): Promise<void> {
    this.#forget(place);
    try {
      await rmdir(place.path);
    } catch (error) {
      if (codeOf(error) !== 'ENOENT') this.#own.set(place.id, place);
    }
  }

  /** Leaves what is there to whoever comes. */
  async release(): Promise<void> {
    for (const place of this.own) {
      await this.removeEmpty(place);
      if (!this.#own.has(place.id)) continue;
      this.#forget(place);
      await rename(place.path, join(this.#options.folder, toPlaceName(place.id))).catch(() => undefined);
    }
  }

  #define(id = randomBytes(6).toString('hex')): Place {
    return { id, path: join(this.#options.folder, toPlaceName(id, this.#options.identity)) };
  }

  #take(place: Place): Place {
    this.#own.set(place.id, place);
    this.#current = place;
    return place;
  }

  #forget(place: Place): void {
    this.#own.delete(place.id);
    if (this.#current === place) this.#current = undefined;
  }

  async #isAbandoned(folder: string, name: PlaceName): Promise<boolean> {
    if (name.kind === 'free') return true;
    const state = await readOwnerState(name.owner, this.#options.identity);
    return state === 'unknown' ? await this.#isSilent(folder) : state === 'dead';
  }

  async #isSilent(folder: string): Promise<boolean> {
    try {
      const modifiedMs = (await stat(join(this.#options.folder, folder))).mtimeMs;
      const watched = this.#watched.get(folder);
      if (watched?.modifiedMs === modifiedMs) return this.#options.steadyMs() - watched.sinceMs >= silentMs;
      this.#watched.set(folder, { modifiedMs, sinceMs: this.#options.steadyMs() });
    } catch {
      // Gone meanwhile.
    }
    return false;
  }

  #forgetWatched(present: ReadonlySet<string>): void {
    for (const folder of this.#watched.keys()) if (!present.has(folder)) this.#watched.delete(folder);
  }

  async #list(): Promise<{ readonly folder: string; readonly name: PlaceName }[]> {
    const entries = await readdir(this.#options.folder, { withFileTypes: true }).catch((error) => {
      if (codeOf(error) === 'ENOENT') return [];
      throw error;
    });
    return entries.flatMap((entry) => {
      const name = entry.isDirectory() ? parsePlaceName(entry.name) : undefined;
      return name === undefined ? [] : [{ folder: entry.name, name }];
    });
  }
}
