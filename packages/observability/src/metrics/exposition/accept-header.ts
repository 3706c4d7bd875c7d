/** One entry of an Accept or Accept-Encoding header. */
export interface AcceptedEntry {
  /** Lower case: a media type or a content coding. */
  readonly value: string;
  /** Names in lower case, values without quotes; without `q`. */
  readonly parameters: ReadonlyMap<string, string>;
  /** 0 (refused) to 1; 0 too where it cannot be read. */
  readonly quality: number;
}

/** The entries of a header in their order. Never throws; what is no entry is left out. */
export function parseAccepted(header: string | undefined): readonly AcceptedEntry[] {
  return splitOutsideQuotes(header ?? '', ',')
    .map(parseEntry)
    .filter(({ value }) => value !== '');
}

function parseEntry(text: string): AcceptedEntry {
  const [value = '', ...rest] = splitOutsideQuotes(text, ';');
  const parameters = new Map(rest.filter((part) => part.trim() !== '').map(parseParameter));
  const quality = parseQuality(parameters.get('q'));
  parameters.delete('q');
  return { value: value.trim().toLowerCase(), parameters, quality };
}

function parseParameter(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  const name = (at < 0 ? text : text.slice(0, at)).trim().toLowerCase();
  const value = at < 0 ? '' : text.slice(at + 1).trim();
  const isQuoted = value.length > 1 && value.startsWith('"') && value.endsWith('"');
  return [name, isQuoted ? value.slice(1, -1).replaceAll(/\\(.)/g, '$1') : value];
}

/** An unreadable quality is taken as unwanted rather than as most wanted. */
function parseQuality(text: string | undefined): number {
  if (text === undefined) return 1;
  return /^(?:0(?:\.\d*)?|1(?:\.0*)?)$/.test(text) ? Number(text) : 0;
}

function splitOutsideQuotes(text: string, separator: ',' | ';'): readonly string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    if (isQuoted && text[i] === '\\') i += 1;
    else if (text[i] === '"') isQuoted = !isQuoted;
    else if (text[i] === separator && !isQuoted) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}
