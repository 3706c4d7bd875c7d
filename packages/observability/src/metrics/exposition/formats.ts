/** Prometheus text 0.0.4, or OpenMetrics 1.0. */
export type ExpositionFormat = 'text' | 'openmetrics';

export interface NegotiatedFormat {
  readonly format: ExpositionFormat;
  /** The complete header value; Prometheus 3 refuses a scrape without a valid one. */
  readonly contentType: string;
}

const text: NegotiatedFormat = { format: 'text', contentType: 'text/plain; version=0.0.4; charset=utf-8' };

function openMetrics(version: string): NegotiatedFormat {
  return { format: 'openmetrics', contentType: `application/openmetrics-text; version=${version}; charset=utf-8` };
}

interface AcceptedType {
  readonly type: string;
  readonly version: string | undefined;
  readonly quality: number;
}

/**
 * The format for an Accept header: the wanted one of highest quality that is spoken here, in the client's own
 * order where equal; text 0.0.4 for anything else, including unknown OpenMetrics versions.
 */
export function negotiate(accept: string | undefined): NegotiatedFormat {
  const accepted = (accept ?? '').split(',').map(parseAccepted);
  // Stable sort: equal qualities keep their order.
  const wanted = accepted.filter(({ quality }) => quality > 0).sort((a, b) => b.quality - a.quality);
  for (const { type, version } of wanted) {
    if (type === 'application/openmetrics-text') {
      // No version means the draft one; its body is the same for the metric types written here.
      if (version === undefined || version === '0.0.1') return openMetrics('0.0.1');
      if (version === '1.0.0') return openMetrics('1.0.0');
    }
    const isText = type === 'text/plain' && (version === undefined || version === '0.0.4');
    if (isText || type === 'text/*' || type === '*/*') return text;
  }
  return text;
}

function parseAccepted(part: string): AcceptedType {
  const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim());
  let version: string | undefined;
  let quality = 1;
  for (const parameter of parameters) {
    const [key = '', value = ''] = parameter.split('=').map((piece) => piece.trim());
    if (key.toLowerCase() === 'version') version = value.replaceAll('"', '');
    if (key.toLowerCase() === 'q') quality = parseQuality(value);
  }
  return { type: type.toLowerCase(), version, quality };
}

/** An unreadable quality is taken as unwanted rather than as most wanted. */
function parseQuality(value: string): number {
  const quality = Number(value);
  return value !== '' && quality >= 0 && quality <= 1 ? quality : 0;
}
