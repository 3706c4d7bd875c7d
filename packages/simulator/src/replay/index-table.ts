/** One row of an INDEX.md: which request a file of a single body answers. */
export interface IndexRow {
  /** Relative to the folder of the index, with forward slashes. */
  readonly file: string;
  readonly hasCompanion: boolean;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly recordedAtMs?: number;
}

const rowPattern = /^\| `([^`|]+)`( \+http)? \| `([A-Z]+) (https?:[^`]+)` \| (\d{3}) \|/;

/** The recorder's note of when, anywhere in the row. */
const recordedAtPattern = /\brecorded_at (\d{4}-\d\d-\d\dT[\d:.]+Z)/;

/** Reads the tables of an INDEX.md; every other line is prose. */
export function parseIndex(text: string): readonly IndexRow[] {
  return text.split('\n').flatMap((line) => {
    const match = rowPattern.exec(line);
    if (match === null) return [];
    const [, file = '', companion, method = '', url = '', status = ''] = match;
    const recordedAt = recordedAtPattern.exec(line)?.[1];
    return [
      {
        file,
        hasCompanion: companion !== undefined,
        method,
        // A pipe inside a table cell is written with a backslash.
        url: url.replaceAll('\\|', '|'),
        status: Number(status),
        ...(recordedAt === undefined ? {} : { recordedAtMs: Date.parse(recordedAt) }),
      },
    ];
  });
}
