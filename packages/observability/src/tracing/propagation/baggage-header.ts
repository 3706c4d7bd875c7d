// https://www.w3.org/TR/baggage/#header-content, with the limits its first edition set and OpenTelemetry keeps.
export const longestHeader = 8_192;
export const mostEntries = 180;
const longestEntry = 4_096;

/** One entry of a `baggage` header. */
export interface BaggageItem {
  readonly key: string;
  readonly value: string;
  /** What follows the value after a semicolon, passed on as it came. */
  readonly metadata: string | undefined;
}

/** Reads a header; entries that are malformed or beyond the limits are left out. Never throws. */
export function parseBaggage(header: string): BaggageItem[] {
  const items: BaggageItem[] = [];
  let start = 0;
  while (start < header.length && start < longestHeader && items.length < mostEntries) {
    const comma = header.indexOf(',', start);
    const end = comma === -1 ? header.length : comma;
    const item = end - start > longestEntry || end > longestHeader ? undefined : parseItem(header.slice(start, end));
    if (item !== undefined) items.push(item);
    start = end + 1;
  }
  return items;
}

/** Writes a header, or undefined when there is nothing to write; `left` counts the entries there was no room for. */
export function formatBaggage(items: Iterable<BaggageItem>): { readonly header: string | undefined; left: number } {
  let header = '';
  let written = 0;
  let left = 0;
  for (const item of items) {
    const text = formatItem(item);
    const length = header.length + text.length + (written === 0 ? 0 : 1);
    if (written >= mostEntries || text.length > longestEntry || length > longestHeader) {
      left += 1;
      continue;
    }
    header += written === 0 ? text : `,${text}`;
    written += 1;
  }
  return { header: written === 0 ? undefined : header, left };
}

function parseItem(text: string): BaggageItem | undefined {
  const semicolon = text.indexOf(';');
  const pair = semicolon === -1 ? text : text.slice(0, semicolon);
  const equals = pair.indexOf('=');
  const key = decode(pair.slice(0, Math.max(0, equals)).trim());
  if (key === '') return undefined;
  const metadata = semicolon === -1 ? '' : text.slice(semicolon + 1).trim();
  return { key, value: decode(pair.slice(equals + 1).trim()), metadata: metadata === '' ? undefined : metadata };
}

const loneSurrogates = /\p{Surrogate}/gu;
// Printable ASCII without the comma that ends an entry: anything else could forge an entry or a header.
const safeMetadata = /^[\x20-\x2b\x2d-\x7e]+$/;

function formatItem({ key, value, metadata }: BaggageItem): string {
  // Names are tokens, which may hold all that encodeURIComponent leaves alone but these.
  const name = encode(key).replaceAll('(', '%28').replaceAll(')', '%29');
  const pair = `${name}=${encode(value)}`;
  return metadata !== undefined && safeMetadata.test(metadata) ? `${pair};${metadata}` : pair;
}

function encode(text: string): string {
  return encodeURIComponent(text.replace(loneSurrogates, '\ufffd'));
}

function decode(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    // Octets that are no UTF-8 become U+FFFD, as the standard asks.
    const octets = Buffer.from(text, 'utf8')
      .toString('latin1')
      .replace(/%([\da-f]{2})/gi, toOctet);
    return Buffer.from(octets, 'latin1').toString('utf8');
  }
}

function toOctet(_all: string, hex: string): string {
  return String.fromCharCode(Number.parseInt(hex, 16));
}
