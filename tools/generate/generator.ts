/** Path from the workspace root → text. */
export type GeneratedFiles = ReadonlyMap<string, string>;

/** Makes files from what the code declares. Pure but for reading: writing is `npm run gen`'s, comparing `npm run check`'s. */
export interface Generator {
  readonly name: string;
  /** Files on disk that match and are not produced any more are stale. */
  readonly owns: RegExp;
  readonly produce: (root: string) => Promise<GeneratedFiles>;
}
