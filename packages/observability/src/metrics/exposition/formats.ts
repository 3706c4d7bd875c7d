import { type AcceptedEntry, parseAccepted } from './accept-header.ts';

/** Prometheus text 0.0.4, or OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

/** A text format, or Prometheus' protobuf: messages of io.prometheus.client, each after its length. */
export type OutputFormat = ExpositionFormat | 'protobuf';

/** A format a client can ask for, as its Accept header names it. */
export interface OfferedFormat<F extends string = OutputFormat> {
  readonly format: F;
  readonly mediaType: string;
  /** What tells this version of the media type from its others. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Whether a client that leaves these parameters out means this one. */
  readonly isAssumed: boolean;
}

export interface NegotiatedFormat<F extends string = OutputFormat> {
  readonly format: F;
  /** The complete header value; Prometheus 3 refuses a scrape without a valid one. */
  readonly contentType: string;
}

/** What is spoken here; the first one also answers whoever has no wish. A further format is a further line. */
export const offeredFormats: readonly OfferedFormat[] = [
  { format: 'text', mediaType: 'text/plain', parameters: { version: '0.0.4' }, isAssumed: true },
  {
    format: 'openmetrics',
    mediaType: 'application/openmetrics-text',
    parameters: { version: '1.0.0' },
    isAssumed: false,
  },
  // No version means the draft one; its body is the same for the metric types written here.
  {
    format: 'openmetrics',
    mediaType: 'application/openmetrics-text',
    parameters: { version: '0.0.1' },
    isAssumed: true,
  },
  // The one format that has native histograms. Its other encodings, text and compact-text, are for eyes; nobody asks.
  {
    format: 'protobuf',
    mediaType: 'application/vnd.google.protobuf',
    parameters: { proto: 'io.prometheus.client.MetricFamily', encoding: 'delimited' },
    isAssumed: false,
  },
];

// Prometheus' ways to say a name that is not plain ASCII. All names written here are, so each of them is kept to
// whatever was asked, and the reply says so.
const escapings: ReadonlySet<string> = new Set(['allow-utf-8', 'underscores', 'dots', 'values']);

/**
 * The format for an Accept header: the wanted one of highest quality that is offered, in the client's own order where
 * equal, wildcards last; plain text (or the first offered) for anything else, including unknown versions. The reply
 * names the escaping that was asked for, or the assumed one; none where that is empty.
 */
export function negotiate(accept: string | undefined): NegotiatedFormat;
export function negotiate<F extends string>(
  accept: string | undefined,
  offered: readonly OfferedFormat<F>[],
  assumedEscaping?: string,
): NegotiatedFormat<F>;
export function negotiate(
  accept: string | undefined,
  offered: readonly OfferedFormat<string>[] = offeredFormats,
  assumedEscaping = '',
): NegotiatedFormat<string> {
  const fallback = offered.find(({ mediaType }) => mediaType === 'text/plain') ?? offered[0] ?? offeredFormats[0];
  const wanted = parseAccepted(accept)
    .filter(({ quality }) => quality > 0)
    .sort((a, b) => b.quality - a.quality || wildcards(a) - wildcards(b));
  let escaping = assumedEscaping;
  for (const entry of wanted) {
    const asked = entry.parameters.get('escaping') ?? '';
    if (escapings.has(asked)) escaping = asked;
    const found = offered.find((format) => isMeant(format, entry));
    if (found !== undefined) return { format: found.format, contentType: toContentType(found, escaping) };
  }
  return {
    format: fallback?.format ?? 'text',
    contentType: fallback === undefined ? '' : toContentType(fallback, escaping),
  };
}

function isMeant(
  { mediaType, parameters, isAssumed }: OfferedFormat<string>,
  { value, parameters: asked }: AcceptedEntry,
): boolean {
  if (value === '*/*' || value === `${mediaType.split('/', 1)[0]}/*`) return true;
  if (value !== mediaType) return false;
  return Object.entries(parameters).every(([name, wanted]) => {
    const came = asked.get(name);
    return came === undefined ? isAssumed : came === wanted;
  });
}

function wildcards({ value }: AcceptedEntry): number {
  return value.split('*').length;
}

function toContentType({ mediaType, parameters }: OfferedFormat<string>, escaping: string): string {
  const named = Object.entries(parameters).map(([name, value]) => `; ${name}=${value}`);
  // Prometheus' protobuf is bytes and names no character set.
  const charset = mediaType === 'application/vnd.google.protobuf' ? '' : '; charset=utf-8';
  return mediaType + named.join('') + charset + (escaping === '' ? '' : `; escaping=${escaping}`);
}
