import type { CheckView, FeatureView, QuantityView, ReadingView, ScanView, TokenDetail } from '@autotrader/contracts';
import { type Html, html } from './html.ts';
import { scoreBar, shareBar, verdictBadge } from './verdict-badge.ts';
import { ageText, clockText, nameText, percentText, reasonText, valueText } from './wording.ts';

type Scored = Extract<ScanView, { status: 'success' }>;

/** Everything that one token's newest scan was judged by. */
export function detailsMarkup({ token, scan }: TokenDetail): Html {
  const result = scan?.result ?? null;
  return html`<header><h2 id="details-title"><bdi>${token.symbol}</bdi> <span class="name"><bdi>${token.name ?? ''}</bdi></span></h2>
<p>${verdictBadge(token.latest)} ${scoreBar(token.latest?.gem_score ?? null)}</p>
<p>${token.latest?.reason ?? 'This token has not been scanned yet.'}</p></header>
${result === null ? html`` : html`${result.status === 'success' ? scoredMarkup(result) : failedMarkup(result)}${missingMarkup(result)}${callsMarkup(result)}${factsMarkup(result)}`}`;
}

function scoredMarkup(scan: Scored): Html {
  return html`${section('Features', featuresMarkup(scan))}${section('Findings', findingsMarkup(scan))}
${section('Safety checks', checksMarkup(scan))}${section('Numbers', quantitiesMarkup(scan.quantities))}
${scan.narrative === null ? html`` : section('Narrative', html`<p>${scan.narrative.summary}</p><p class="muted">${scan.narrative.provider} · sentiment ${percentText(scan.narrative.sentiment)}${scan.narrative.themes.length === 0 ? '' : ` · ${scan.narrative.themes.join(', ')}`}</p>`)}`;
}

function failedMarkup(scan: Exclude<ScanView, Scored>): Html {
  return section('Why there is no score', html`<p>${scan.error.message}</p><p class="muted">${scan.error.code}</p>`);
}

function section(title: string, content: Html): Html {
  return html`<section><h3>${title}</h3>${content}</section>`;
}

function featuresMarkup({ features, checks }: Scored): Html {
  const checkNames = new Set(checks.map(({ name }) => name));
  return html`<div class="scroll"><table class="plain"><thead><tr><th scope="col">Feature</th><th scope="col">Value</th><th scope="col">Weight</th><th scope="col">Points</th><th scope="col">Inputs with source and age</th></tr></thead>
<tbody>${features.map((feature) => featureRow(feature, checkNames))}</tbody></table></div>`;
}

function featureRow(feature: FeatureView, checkNames: ReadonlySet<string>): Html {
  const title = feature.name === 'tokenomics_risk' ? 'Tokenomics (1 = low risk)' : nameText(feature.name);
  const weight = percentText(feature.weight);
  if (feature.state === 'missing') {
    return html`<tr><th scope="row">${title}</th><td data-title="Value" class="muted">unknown</td><td data-title="Weight">${weight}</td><td data-title="Points" class="muted">none</td><td>${feature.inputs.length === 0 ? feature.reason : inputsMarkup(feature, checkNames)}</td></tr>`;
  }
  const penalties = feature.penalties.map(
    (penalty) => html`<div class="penalty">lowered: ${reasonText(penalty)}</div>`,
  );
  return html`<tr><th scope="row">${title}</th><td data-title="Value">${feature.value.toFixed(2)}${shareBar(feature.value, `${title}: ${feature.value.toFixed(2)} of 1`)}</td><td data-title="Weight">${weight}</td><td data-title="Points">${feature.contribution.toFixed(1)}</td><td>${inputsMarkup(feature, checkNames)}${penalties}</td></tr>`;
}

function inputsMarkup({ inputs }: FeatureView, checkNames: ReadonlySet<string>): Html {
  return html`<ul class="inputs">${inputs.map(
    ({ name, value, source, age_seconds, reason }) =>
      html`<li>${nameText(name)} <b>${checkNames.has(name) ? checkText(value) : valueText(name, value)}</b> <span class="muted">${source}${value === null ? `, ${reasonText(reason)}` : `, ${ageText(age_seconds)} old`}</span></li>`,
  )}</ul>`;
}

/** Checks are inputs too, as 1 and 0. */
function checkText(value: number | null): string {
  if (value === null) return 'unknown';
  return value === 1 ? 'pass' : 'fail';
}

function findingsMarkup({ findings, safety }: Scored): Html {
  if (findings.length === 0) {
    // Nothing found is good news only where something could be looked at.
    return html`<p class="muted">${safety === 'unknown' ? 'Nothing found, but essential checks are unknown.' : 'Nothing found.'}</p>`;
  }
  return html`<ul class="findings">${findings.map(
    ({ severity, message, evidence, source }) =>
      html`<li><span class="badge ${severity}">${severity}</span> <b>${message}</b><div class="muted">${evidence} (${source})</div></li>`,
  )}</ul>`;
}

const checkOrder = { fail: 0, unknown: 1, pass: 2 } as const;

function checksMarkup({ checks }: Scored): Html {
  if (checks.length === 0) return html`<p class="muted">None apply to this token.</p>`;
  const ordered = [...checks].sort((a, b) => checkOrder[a.state] - checkOrder[b.state]);
  return html`<ul class="checks">${ordered.map(checkItem)}</ul>`;
}

function checkItem(check: CheckView): Html {
  const said =
    check.state === 'unknown'
      ? `${reasonText(check.reason)}${check.detail === undefined ? '' : `: ${check.detail}`} (${check.source})`
      : `${check.evidence} (${check.source}, ${ageText(check.age_seconds)} old)`;
  return html`<li><span class="check ${check.state}">${check.state}</span> ${nameText(check.name)} <span class="muted">${said}</span></li>`;
}

function quantitiesMarkup(quantities: readonly QuantityView[]): Html {
  return html`<div class="scroll"><table class="plain"><thead><tr><th scope="col">Quantity</th><th scope="col">Taken</th><th scope="col">What each source said</th></tr></thead>
<tbody>${quantities.map(
    ({ name, chosen, readings, disagreement_fraction }) =>
      html`<tr><th scope="row">${nameText(name)}</th><td data-title="Taken">${chosen.state === 'missing' ? html`<span class="muted">unknown</span>` : html`<b>${valueText(name, chosen.value)}</b>`}</td><td><ul class="inputs">${readings.map((reading) => html`<li>${readingText(name, reading)}</li>`)}</ul>${disagreement_fraction === null || disagreement_fraction < 0.01 ? '' : html`<div class="muted">differ by ${percentText(disagreement_fraction)}</div>`}</td></tr>`,
  )}</tbody></table></div>`;
}

function readingText(name: string, reading: ReadingView): string {
  if (reading.state === 'missing') return `${reading.source}: unknown, ${reasonText(reading.reason)}`;
  return `${reading.source}: ${valueText(name, reading.value)}, ${ageText(reading.age_seconds)} old${reading.state === 'stale' ? ' (stale)' : ''}`;
}

function missingMarkup({ missing }: ScanView): Html {
  if (missing.length === 0) return section('What is missing', html`<p class="muted">Every source answered.</p>`);
  return section('What is missing', html`<ul class="inputs">${missing.map((text) => html`<li>${text}</li>`)}</ul>`);
}

function callsMarkup({ calls }: ScanView): Html {
  if (calls.length === 0) return html``;
  return section(
    'Calls',
    html`<ul class="inputs">${calls.map(
      (call) =>
        html`<li>${call.source} ${call.endpoint}: <b>${reasonText(call.outcome)}</b> <span class="muted">${call.obtained === null ? '' : `from ${reasonText(call.obtained)}, `}${call.attempts} ${call.attempts === 1 ? 'attempt' : 'attempts'}, ${Math.round(call.duration_ms)} ms${call.waited_ms >= 1 ? `, waited ${Math.round(call.waited_ms)} ms` : ''}${call.detail === null ? '' : `; ${call.detail}`}</span></li>`,
    )}</ul>`,
  );
}

function factsMarkup(scan: ScanView): Html {
  const { chain, address } = scan.token;
  return html`<footer class="muted small">Scan ${scan.id} · ended ${clockText(scan.finished_at)}${scan.trace_id === null ? '' : ` · trace ${scan.trace_id}`}${chain === null ? '' : html` · <bdi>${chain} ${address ?? ''}</bdi>`}</footer>`;
}
