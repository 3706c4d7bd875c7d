import type { ExpositionFormat } from '../exposition/formats.ts';
import { toBoundText, toValueText } from '../exposition/number-text.ts';
import { cleanLabelText } from '../label-redaction.ts';
import { escapeHelp, escapeQuoted, toWellFormed } from '../text-escapes.ts';
import { isRecord } from './attachable-registry.ts';
import { type AttachedFamily, type AttachedSample, toAttachedSample } from './attached-family.ts';

/** The line of one value; empty where the format forbids it, null where it cannot be shown. Never throws. */
export type ValueEncoder = (value: unknown) => string | null;

/** The comment lines that open a family. */
export function encodeAttachedHead(family: AttachedFamily, format: ExpositionFormat): string {
  const { help, openMetricsType, type } = family;
  const name =
    format === 'openmetrics' && openMetricsType === 'counter' ? family.name.replace(/_total$/, '') : family.name;
  const text = toWellFormed(help);
  const helpLine = help === '' ? '' : `# HELP ${name} ${format === 'text' ? escapeHelp(text) : escapeQuoted(text)}\n`;
  const spelledType = format === 'openmetrics' ? openMetricsType : type === 'unknown' ? 'untyped' : type;
  return `${helpLine}# TYPE ${name} ${spelledType}\n`;
}

/** For the values of one family, in their order. It remembers what it wrote. */
export function attachedEncoder(family: AttachedFamily, format: ExpositionFormat): ValueEncoder {
  const written = new Set<string>();
  const texts = new LabelTexts();
  const isAllowed = format === 'openmetrics' ? openMetricsRules(family) : () => true;
  return (value) => {
    const sample = attempt(() => toAttachedSample(value, family));
    if (sample === null) return null;
    const labels = sample.labels.map(([name, text]) => `${name}="${texts.of(text)}"`).join(',');
    if (!isAllowed(sample, labels)) return '';
    const bound = sample.bound === null ? '' : `${sample.bound.label}="${toBoundText(sample.bound.value)}"`;
    const all = labels === '' || bound === '' ? labels + bound : `${labels},${bound}`;
    const series = `${family.name}${sample.suffix}${all === '' ? '' : `{${all}}`}`;
    // Default labels, or a secret taken out, can make two series one; both formats refuse it twice.
    if (written.has(series)) return null;
    written.add(series);
    const exemplar = format === 'openmetrics' ? (attempt(() => exemplarText(sample, family)) ?? '') : '';
    return `${series} ${toValueText(sample.value)}${exemplar}\n`;
  };
}

/**
 * What OpenMetrics forbids and the text format does not: counters, counts and sums below zero or NaN, sums (and counts
 * without them) of a histogram where values may be negative, negative quantiles.
 */
function openMetricsRules({
  openMetricsType: type,
}: AttachedFamily): (sample: AttachedSample, labels: string) => boolean {
  const sumless = new Set<string>();
  return ({ suffix, bound, value }, labels) => {
    const isNegative = value < 0 || (Number.isNaN(value) && (suffix !== '' || type === 'counter'));
    if (type === 'histogram') {
      if ((bound !== null && bound.value < 0) || (suffix === '_sum' && isNegative)) sumless.add(labels);
      return suffix === '_bucket' || !sumless.has(labels);
    }
    return !isNegative || type === 'gauge' || type === 'unknown';
  };
}

const exemplarLabel = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const maxExemplarCharacters = 128;

function exemplarText({ suffix, exemplar }: AttachedSample, { openMetricsType: type }: AttachedFamily): string {
  const hasExemplars = type === 'counter' || (type === 'histogram' && suffix === '_bucket');
  if (!hasExemplars || !isRecord(exemplar) || !isRecord(exemplar['labelSet'])) return '';
  const { value, timestamp } = exemplar;
  const labels = Object.entries(exemplar['labelSet']).map(
    ([name, text]) => [name, cleanLabelText(toWellFormed(String(text)))] as const,
  );
  const isShort = [...labels.flat().join('')].length <= maxExemplarCharacters;
  if (!isShort || typeof value !== 'number' || !labels.every(([name]) => exemplarLabel.test(name))) return '';
  const time = typeof timestamp === 'number' && Number.isFinite(timestamp) ? ` ${timestamp}` : '';
  const pairs = labels.map(([name, text]) => `${name}="${escapeQuoted(text)}"`);
  return ` # {${pairs.join(',')}} ${toValueText(value)}${time}`;
}

const maxTexts = 10_000;

/** Label values cleaned and escaped, remembered: most come once for each line of a series. */
class LabelTexts {
  private readonly known = new Map<string, string>();

  of(text: string): string {
    const known = this.known.get(text);
    if (known !== undefined) return known;
    const escaped = escapeQuoted(cleanLabelText(toWellFormed(text)));
    if (this.known.size >= maxTexts) this.known.clear();
    this.known.set(text, escaped);
    return escaped;
  }
}

/** Foreign objects may throw when they are read. */
function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
