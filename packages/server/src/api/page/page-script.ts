/**
 * The page's script, as the browser gets it. It only moves markup that the server has escaped;
 * texts of its own go in as text.
 */
export const pageScript = `'use strict';
(() => {
  const one = (id) => document.getElementById(id);
  const board = one('board'), message = one('message'), dialog = one('details'), content = one('details-content');
  const signIn = one('sign-in'), scan = one('scan');
  const tokenKey = 'autotrader-api-token';
  let timer = 0, shown = '', isLost = false, opened = '';

  const say = (text) => { message.textContent = text; };
  const stored = () => { try { return sessionStorage.getItem(tokenKey); } catch { return null; } };

  async function ask(path, options = {}) {
    const headers = { ...options.headers };
    const token = stored();
    if (token) headers.authorization = 'Bearer ' + token;
    const response = await fetch(path, { ...options, headers, signal: AbortSignal.timeout(10000) });
    if (response.status === 401) { signIn.hidden = false; board.textContent = ''; }
    else signIn.hidden = true;
    return response;
  }

  async function problem(response) {
    const body = await response.json().catch(() => null);
    return body && body.detail ? body.detail : 'The server answered ' + response.status + '.';
  }

  function swap(markup) {
    const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.symbol : undefined;
    board.innerHTML = markup;
    if (focused !== undefined) {
      for (const button of board.querySelectorAll('[data-symbol]')) if (button.dataset.symbol === focused) button.focus();
    }
    const state = one('state'), summary = state ? state.dataset.summary : '';
    if (isLost) say('Connected again.');
    else if (shown !== '' && shown !== summary) say(summary + '.');
    isLost = false;
    shown = summary;
    return state ? Number(state.dataset.waiting) : 0;
  }

  async function refresh() {
    clearTimeout(timer);
    let waiting = 0;
    try {
      const response = await ask('/page/data/tokens');
      if (response.ok) waiting = swap(await response.text());
      else say(await problem(response));
    } catch {
      if (!isLost) say('The server does not answer. What you see may be old; trying again.');
      isLost = true;
    }
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(refresh, waiting > 0 ? 1000 : 5000);
  }

  async function open(symbol) {
    opened = symbol;
    history.replaceState(null, '', '#' + encodeURIComponent(symbol));
    content.textContent = 'Loading…';
    if (!dialog.open) dialog.showModal();
    try {
      const response = await ask('/page/data/tokens/' + encodeURIComponent(symbol));
      const markup = response.ok ? await response.text() : null;
      if (opened !== symbol) return;
      if (markup === null) content.textContent = await problem(response);
      else content.innerHTML = markup;
    } catch {
      content.textContent = 'The server does not answer.';
    }
  }

  board.addEventListener('click', (event) => {
    const row = event.target.closest('[data-row]');
    if (row && String(getSelection()) === '') open(row.dataset.row);
  });
  one('close').addEventListener('click', () => dialog.close());
  dialog.addEventListener('close', () => { opened = ''; history.replaceState(null, '', location.pathname); });
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  scan.addEventListener('click', async () => {
    scan.disabled = true;
    try {
      const response = await ask('/api/scans', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
      if (response.ok) say((await response.json()).scans.length + ' scans asked for.');
      else say(await problem(response));
      await refresh();
    } catch {
      say('The server does not answer.');
    } finally {
      scan.disabled = false;
    }
  });
  signIn.addEventListener('submit', (event) => {
    event.preventDefault();
    try { sessionStorage.setItem(tokenKey, one('token').value); } catch { say('This browser refuses to keep the token.'); }
    one('token').value = '';
    refresh();
  });
  document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
  refresh();
  try {
    if (location.hash.length > 1) open(decodeURIComponent(location.hash.slice(1)));
  } catch { /* not an address of ours */ }
})();
`;
