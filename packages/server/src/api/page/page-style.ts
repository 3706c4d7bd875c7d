/** The page's style sheet. Colours are pairs for light and dark, each at least 4.5 : 1 against its ground. */
export const pageStyle = `:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--text:#1b2430;--muted:#5a6675;--line:#dfe4ea;--accent:#1d5fd1;--accent-text:#fff;--gem:#0b6b3a;--gem-soft:#dcf5e6;--watch:#1d4f9e;--watch-soft:#e1ecfd;--avoid:#a31621;--avoid-soft:#fde4e5;--failed:#7a4a00;--failed-soft:#fdeed3;--unknown:#4b5563;--unknown-soft:#e8ebef;--band:#b9cff5;--shadow:0 1px 3px #1b243014}
@media (prefers-color-scheme:dark){:root{--ground:#10151c;--card:#182029;--text:#e6ebf2;--muted:#9aa7b7;--line:#2a3542;--accent:#7db0ff;--accent-text:#0b1320;--gem:#7fe0a8;--gem-soft:#123524;--watch:#9cc3ff;--watch-soft:#16294a;--avoid:#ff9ea4;--avoid-soft:#43171b;--failed:#f5c374;--failed-soft:#3a2a10;--unknown:#b4bfcc;--unknown-soft:#26303c;--band:#31507f;--shadow:none}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--text);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
a{color:var(--accent)}
.muted{color:var(--muted)}.small{font-size:12px}.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.top,main,.bottom{max-width:1240px;margin:0 auto;padding:0 20px}
.top{display:flex;align-items:center;gap:12px 24px;flex-wrap:wrap;padding-top:18px;padding-bottom:14px}
.top>div{display:flex;align-items:baseline;gap:12px;margin-right:auto}
h1{font-size:22px;margin:0;letter-spacing:-.01em}
.market{font-size:12px;padding:2px 9px;border-radius:99px;background:var(--unknown-soft);color:var(--unknown)}
nav{display:flex;gap:16px;flex-wrap:wrap}
button{font:inherit;color:inherit;cursor:pointer}
.primary,#sign-in button{border:0;border-radius:8px;padding:8px 16px;background:var(--accent);color:var(--accent-text);font-weight:600}
.primary:disabled{opacity:.6;cursor:default}
:focus-visible{outline:3px solid var(--accent);outline-offset:2px;border-radius:6px}
#message{min-height:1.45em;margin:0 0 4px}
#sign-in:not([hidden]){display:flex;gap:10px;align-items:center;flex-wrap:wrap;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px}
#sign-in input{font:inherit;padding:7px 10px;border:1px solid var(--line);border-radius:8px;background:var(--ground);color:inherit;min-width:0;flex:1 1 200px}
.state{display:flex;gap:4px 14px;align-items:center;flex-wrap:wrap;margin:0 0 10px}
.dot{width:10px;height:10px;border-radius:50%;background:var(--gem)}.degraded .dot{background:var(--failed)}.down .dot{background:var(--avoid)}
.causes{margin:0 0 10px;padding-left:22px}
#board>table{width:100%;border-collapse:separate;border-spacing:0;background:var(--card);border:1px solid var(--line);border-radius:12px;box-shadow:var(--shadow);overflow:hidden}
#board th,#board td{text-align:left;vertical-align:top;padding:11px 12px;border-bottom:1px solid var(--line);font-weight:400}
#board thead th{font-size:12px;color:var(--muted);border-bottom:1px solid var(--line);padding-block:9px}
#board tbody tr:last-child>*{border-bottom:0}
#board tbody tr{cursor:pointer}#board tbody tr:hover{background:color-mix(in srgb,var(--accent) 6%,transparent)}
.open{border:0;background:none;padding:0;font-weight:650;color:var(--accent);text-decoration:underline;text-decoration-color:transparent;text-underline-offset:3px;overflow-wrap:anywhere;text-align:left}
tr:hover .open,.open:focus-visible{text-decoration-color:currentColor}
.name{display:block;color:var(--muted);font-size:13px;font-weight:400;overflow-wrap:anywhere}
.badge{display:inline-block;padding:2px 9px;border-radius:99px;font-size:13px;font-weight:600;white-space:nowrap;background:var(--unknown-soft);color:var(--unknown)}
.badge.gem{background:var(--gem-soft);color:var(--gem)}.badge.watch,.badge.low{background:var(--watch-soft);color:var(--watch)}
.badge.avoid,.badge.high,.badge.critical{background:var(--avoid-soft);color:var(--avoid)}.badge.failed,.badge.medium{background:var(--failed-soft);color:var(--failed)}
.waiting{display:block;font-size:12px;color:var(--muted);margin-top:3px}
.score{white-space:nowrap}.bar{display:block;width:130px;height:8px;margin-top:5px}.bar.thin{width:80px;height:5px}
.track{fill:var(--unknown-soft)}.band{fill:var(--band)}.mark{fill:var(--accent)}
.flag{display:inline-block;font-size:12px;padding:1px 7px;margin:0 2px 3px 0;border-radius:6px;background:var(--avoid-soft);color:var(--avoid)}
.why{width:34%;overflow-wrap:anywhere;font-size:14px}.flags{max-width:190px}.age{white-space:nowrap}.age .small{display:block}
.bottom{padding-top:18px;padding-bottom:26px}
dialog{border:1px solid var(--line);border-radius:14px;background:var(--card);color:inherit;padding:22px 24px;width:min(920px,calc(100vw - 24px));max-height:calc(100dvh - 32px);overflow:auto}
dialog::backdrop{background:#0009}
.close{position:sticky;top:0;float:right;border:1px solid var(--line);background:var(--card);border-radius:8px;width:34px;height:34px;font-size:20px;line-height:1}
h2{margin:0 0 6px;font-size:20px}h2 .name{display:inline;font-size:15px}h3{margin:20px 0 6px;font-size:15px}
dialog p{margin:4px 0}.scroll{overflow-x:auto}
.plain{width:100%;border-collapse:collapse;font-size:14px}.plain th,.plain td{text-align:left;vertical-align:top;padding:6px 10px 6px 0;border-bottom:1px solid var(--line);font-weight:400}
.plain thead th{font-size:12px;color:var(--muted)}
.inputs,.findings,.checks{list-style:none;margin:0;padding:0}.inputs li{overflow-wrap:anywhere}.findings li,.checks li{padding:4px 0}
.check{display:inline-block;min-width:66px;text-align:center;font-size:12px;font-weight:600;border-radius:6px;padding:1px 6px;background:var(--unknown-soft);color:var(--unknown)}
.check.pass{background:var(--gem-soft);color:var(--gem)}.check.fail{background:var(--avoid-soft);color:var(--avoid)}
.penalty{font-size:13px;color:var(--failed)}dialog footer{margin-top:20px;overflow-wrap:anywhere}
@media (max-width:820px){.top,main,.bottom{padding-inline:12px}
#board>table{background:none;border:0;box-shadow:none;border-radius:0}#board>table,#board tbody{display:block}
#board thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
#board tbody tr{display:grid;grid-template-columns:1fr 1fr;gap:8px 14px;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:12px 14px;margin-bottom:10px}
#board tbody tr>*{display:block;padding:0;border:0;min-width:0}
#board td[data-title]::before{content:attr(data-title);display:block;font-size:11px;color:var(--muted)}
#board td.why{grid-column:1/-1;width:auto}#board td.flags{max-width:none}.bar{width:100%}.bar.thin{width:60px}
dialog{padding:16px}
.plain,.plain tbody{display:block}.plain thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.plain tbody tr{display:flex;flex-wrap:wrap;gap:4px 18px;padding:8px 0;border-bottom:1px solid var(--line)}
.plain th,.plain td{border:0;padding:0}.plain tbody th{flex:1 0 100%;font-weight:600}.plain td:last-child{flex:1 0 100%;min-width:0}
.plain td[data-title]::before{content:attr(data-title);display:block;font-size:11px;color:var(--muted)}}
@media (prefers-reduced-motion:no-preference){.waiting{animation:pulse 1.4s ease-in-out infinite alternate}@keyframes pulse{to{opacity:.45}}}
`;
