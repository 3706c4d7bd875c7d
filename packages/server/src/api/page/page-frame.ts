import { type Html, html } from './html.ts';

export interface FrameFacts {
  readonly market: string;
  readonly metricsUrl: string | null;
  readonly notice: string;
  readonly version: string;
  /** The first board; `null` when a token has to be given before anything is shown. */
  readonly board: Html | null;
}

/** The page around the board. Readable without its script, which only refreshes, opens details and asks for scans. */
export function frameMarkup({ market, metricsUrl, notice, version, board }: FrameFacts): Html {
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>AutoTrader</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/page/style.css"><script src="/page/script.js" defer></script></head>
<body><header class="top"><div><h1>AutoTrader</h1><span class="market">${market} market</span></div>
<nav aria-label="Elsewhere">${metricsUrl === null ? '' : html`<a href="${metricsUrl}/metrics">Metrics</a>`}<a href="/api/docs">API reference</a><a href="/health">Health</a></nav>
<button type="button" id="scan" class="primary">Scan now</button></header>
<main><form id="sign-in" ${board === null ? '' : html`hidden`}><label for="token">API token</label><input id="token" type="password" autocomplete="off" required><button type="submit">Show</button></form>
<noscript><p class="muted">Without JavaScript this page shows the state of the moment it was loaded.</p></noscript>
<p id="message" role="status" aria-live="polite"></p>
<div id="board">${board}</div></main>
<dialog id="details" aria-labelledby="details-title"><button type="button" id="close" class="close" aria-label="Close">×</button><div id="details-content"></div></dialog>
<footer class="bottom"><b>${notice}</b> <span class="muted">AutoTrader ${version}</span></footer></body></html>`;
}
