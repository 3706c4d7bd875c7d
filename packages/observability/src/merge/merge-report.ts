import { toExcerpt } from '../metrics/text-escapes.ts';
import type { MergeHooks, MergeRule, MergeWarning } from './merge-settings.ts';
import type { MergeOutcome, RefusalReason } from './metric-source.ts';
import { toShortKey } from './naming/short-key.ts';
import { isCumulative, type MergedFamily } from './store/merged-series.ts';

// A hostile sender can think of any number of names to be warned of.
const maxWarnings = 1_000;

/** Says what the merge could not do: each thing once in words, every point by number. Never throws. */
export class MergeReport {
  private readonly hooks: MergeHooks;
  private readonly said = new Set<string>();

  constructor(hooks: MergeHooks) {
    this.hooks = hooks;
  }

  redacted(): void {
    attempt(() => this.hooks.onRedacted?.());
  }

  ended({ reasons }: MergeOutcome): void {
    for (const [reason, points] of Object.entries(reasons)) {
      attempt(() => this.hooks.onRefused?.(reason as RefusalReason, points));
    }
  }

  /** `other` is the metric that stands in the way, with its source. */
  refusedMetric(
    reason: RefusalReason,
    subject: { readonly metric: string; readonly source: string; readonly other?: string },
  ): void {
    this.say(reason, subject.metric, () => {
      const name = `metric "${toExcerpt(subject.metric)}" of ${toExcerpt(subject.source)}`;
      const against = subject.other === undefined ? '' : `, first ${toExcerpt(subject.other, 200)}`;
      return `${name} ${sentences[reason]}${against}`;
    });
  }

  refusedSource(source: string): void {
    this.say('max_sources', '', () => `${toExcerpt(source)} and later sources ${sentences.max_sources}`);
  }

  /** Counters and histograms know one way only. */
  checkRule(family: MergedFamily, rule: MergeRule | undefined): void {
    if (rule === undefined || rule === 'sum' || !isCumulative(family)) return;
    const { name, type } = family;
    this.say('rule_ignored', name, () => `metric "${name}" is a ${type} and added up, whatever rule it is given`);
  }

  private say(code: MergeWarning['code'], metric: string, message: () => string): void {
    const key = `${code} ${toShortKey(metric)}`;
    if (this.said.has(key) || this.said.size >= maxWarnings) return;
    this.said.add(key);
    attempt(() => this.hooks.onWarning?.({ code, metric: toExcerpt(metric), message: message() }));
  }
}

const sentences: Readonly<Record<RefusalReason, string>> = {
  invalid_name: 'cannot be shown under that name',
  invalid_value: 'has a value that is none for its type',
  invalid_temporality: 'does not tell whether it is cumulative or delta',
  invalid_histogram: 'is a histogram whose parts do not agree',
  label_limits: 'has too many attributes, or too long ones',
  reserved_name: 'has a name that is shown of the merge itself',
  type_conflict: 'has another type than before, or a name that is taken',
  bucket_bounds: 'counts in other buckets than the sources before it, with none in common',
  max_series: 'is beyond metrics.merge.max_series',
  max_sources: 'are beyond metrics.merge.max_sources',
};

/** What the host's hooks throw stays here. */
function attempt(run: () => void): void {
  try {
    run();
  } catch {
    // Nobody to tell.
  }
}
