import type { Health, TokenView } from '@autotrader/contracts';
import { inBoardOrder } from './board-order.ts';
import { type Html, html } from './html.ts';
import { scoreBar, verdictBadge } from './verdict-badge.ts';
import { ageText, clockText, percentText, reasonText } from './wording.ts';

export interface BoardView {
  readonly asOfMs: number;
  readonly health: Health;
  readonly tokens: readonly TokenView[];
}

/** What is refreshed: the state line and the table. */
export function boardMarkup(view: BoardView): Html {
  const waiting = view.tokens.filter((token) => token.waiting !== null).length;
  const scanned = view.tokens.filter((token) => token.latest !== null).length;
  const summary = `${scanned} of ${view.tokens.length} tokens scanned, ${waiting} waiting`;
  return html`<div id="state" data-waiting="${waiting}" data-summary="${summary}">
<p class="state ${view.health.status}"><span class="dot" aria-hidden="true"></span><b>${stateText(view.health)}</b>
<span>${summary}</span><span class="muted">as of ${clockText(view.health.as_of)}</span></p>${causes(view.health)}</div>
<table role="table"><caption class="hidden">Tokens of the watchlist with their newest scan</caption>
<thead role="rowgroup"><tr role="row">${['Token', 'Verdict', 'GemScore', 'Confidence', 'Flags', 'Why', 'Age'].map((title) => html`<th role="columnheader" scope="col">${title}</th>`)}</tr></thead>
<tbody role="rowgroup">${inBoardOrder(view.tokens).map((token) => rowMarkup(token, view.asOfMs))}</tbody></table>`;
}

function stateText(health: Health): string {
  if (health.status === 'ok') return 'All parts well';
  return health.status === 'degraded' ? 'Working, with limits' : 'Not working';
}

function causes({ checks }: Health): Html {
  const unwell = Object.entries(checks).filter(([, check]) => check.status !== 'ok');
  if (unwell.length === 0) return html``;
  return html`<ul class="causes">${unwell.map(([name, { status, cause }]) => html`<li><b>${reasonText(name)}</b> ${status}: ${cause ?? 'no cause known'}</li>`)}</ul>`;
}

function rowMarkup(token: TokenView, asOfMs: number): Html {
  const { latest, symbol, name } = token;
  return html`<tr role="row" data-row="${symbol}">
<th role="rowheader" scope="row"><button type="button" class="open" data-symbol="${symbol}" aria-haspopup="dialog"><bdi>${symbol}</bdi></button><span class="name"><bdi>${name ?? ''}</bdi></span></th>
<td role="cell" data-title="Verdict">${verdictBadge(latest)}${waitingMark(token)}</td>
<td role="cell" data-title="GemScore">${scoreBar(latest?.gem_score ?? null)}</td>
<td role="cell" data-title="Confidence">${percentText(latest?.confidence ?? null)}</td>
<td role="cell" data-title="Flags" class="flags">${flags(token)}</td>
<td role="cell" data-title="Why" class="why">${why(token)}</td>
<td role="cell" data-title="Age" class="age">${age(token, asOfMs)}</td></tr>`;
}

function waitingMark({ waiting }: TokenView): Html {
  if (waiting === null) return html``;
  return html`<span class="waiting">${waiting === 'running' ? 'scanning…' : 'waiting…'}</span>`;
}

/** Nothing found is good news only where something could be looked at. */
function flags({ latest }: TokenView): Html {
  if (latest === null || latest.safety === null) return html`<span class="muted">unknown</span>`;
  const found = latest.flags.map((flag) => html`<span class="flag">${reasonText(flag)}</span> `);
  if (latest.safety === 'unknown') return html`${found}<span class="muted">safety unknown</span>`;
  return found.length > 0 ? html`${found}` : html`<span class="muted">none found</span>`;
}

function why({ latest, waiting }: TokenView): Html {
  if (latest !== null) return html`${latest.reason ?? 'unknown'}`;
  return html`<span class="muted">${waiting === null ? 'not scanned yet' : 'first scan under way'}</span>`;
}

function age({ latest }: TokenView, asOfMs: number): Html {
  if (latest?.finished_at == null) return html`<span class="muted">no data yet</span>`;
  const sinceScan = Math.max(0, (asOfMs - Date.parse(latest.finished_at)) / 1000);
  const oldest = latest.oldest_input_age_seconds;
  return html`${ageText(sinceScan)}<span class="muted small">${oldest === null ? 'no input' : `oldest input ${ageText(oldest + sinceScan)}`}</span>`;
}
