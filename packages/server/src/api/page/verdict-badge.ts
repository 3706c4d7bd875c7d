import type { ScanSummary } from '@autotrader/contracts';
import { type Html, html } from './html.ts';
import { numberText } from './wording.ts';

const labels = {
  gem: ['gem', 'Gem'],
  watch: ['watch', 'Watch'],
  avoid: ['avoid', 'Avoid'],
  insufficient_data: ['unknown', 'Not enough data'],
  failure: ['failed', 'Scan failed'],
  timeout: ['failed', 'Timed out'],
} as const;

export function badge(kind: keyof typeof labels): Html {
  const [style, label] = labels[kind];
  return html`<span class="badge ${style}">${label}</span>`;
}

/** The verdict of a scan, or what became of it. */
export function verdictBadge(scan: ScanSummary | null): Html {
  if (scan?.verdict) return badge(scan.verdict);
  if (scan?.state === 'failure' || scan?.state === 'timeout') return badge(scan.state);
  return html`<span class="badge unknown">Unknown</span>`;
}

/** The score on a scale from 0 to 100 with the band it lies in. Shapes and not styles, which the page's policy would refuse. */
export function scoreBar(score: ScanSummary['gem_score']): Html {
  if (score === null) return html`<span class="muted">unknown</span>`;
  const { value, low, high } = score;
  const said = `GemScore ${numberText(value)} of 100, between ${numberText(low)} and ${numberText(high)}`;
  const isCertain = Math.round(low) === Math.round(high);
  const band = isCertain ? '' : html`<span class="muted">${Math.round(low)}–${Math.round(high)}</span>`;
  return html`<span class="score"><b>${value.toFixed(1)}</b> ${band}</span>
<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="${said}"><rect class="track" width="100" height="8" rx="2"/><rect class="band" x="${low}" width="${Math.max(1, high - low)}" height="8" rx="2"/><rect class="mark" x="${Math.min(98.5, Math.max(0, value - 0.75))}" width="1.5" height="8"/></svg>`;
}

export function shareBar(fraction: number, said: string): Html {
  return html`<svg class="bar thin" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="${said}"><rect class="track" width="100" height="8" rx="2"/><rect class="mark" width="${Math.max(0.5, Math.min(100, fraction * 100))}" height="8" rx="2"/></svg>`;
}
