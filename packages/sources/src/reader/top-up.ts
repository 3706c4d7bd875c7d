/** Inputs that were asked for lately, and may share a request that has room. */
export interface TopUp {
  noteAsked(key: string, input: unknown): void;
  /** Up to `places` inputs whose keys `isWanted`, latest asked first. */
  pick(places: number, isWanted: (key: string) => boolean): readonly unknown[];
}

/** A token nobody has asked for in so long has left the watchlist. */
const rememberedForMs = 3_600_000;

export function createTopUp(now: () => number): TopUp {
  // In order of asking: noting moves a key to the end.
  const asked = new Map<string, { readonly input: unknown; readonly askedAtMs: number }>();

  const forgetOld = (): void => {
    for (const [key, { askedAtMs }] of asked) {
      if (now() - askedAtMs <= rememberedForMs) return;
      asked.delete(key);
    }
  };
  return {
    noteAsked(key, input) {
      asked.delete(key);
      asked.set(key, { input, askedAtMs: now() });
      forgetOld();
    },
    pick(places, isWanted) {
      forgetOld();
      return [...asked]
        .toReversed()
        .filter(([key]) => isWanted(key))
        .slice(0, places)
        .map(([, { input }]) => input);
    },
  };
}
