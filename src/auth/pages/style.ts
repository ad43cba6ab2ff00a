/** The one stylesheet of the pages. It stands in the page itself, allowed by its digest, so that nothing else is loaded. */
import { createHash } from 'node:crypto';

/** By day. */
export const colours = { ink: '#1d2733', ground: '#f2f5f7', line: '#c3ccd5', deep: '#0b5c6b', bad: '#a3161f' } as const;
export const fonts =
  'system-ui,-apple-system,"Segoe UI","PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif';

const { ink, ground, line, deep, bad } = colours;

export const style = `
:root{color-scheme:light dark;--ink:${ink};--soft:#51606f;--paper:#fff;--ground:${ground};--line:${line};--deep:${deep};--on-deep:#fff;--warn:#8a4b00;--warn-ground:#fff6e6;--bad:${bad};--bad-ground:#fdeff0;--good-ground:#e8f4f2}
@media (prefers-color-scheme:dark){:root{--ink:#e6ecf1;--soft:#a9b6c2;--paper:#1a232c;--ground:#11181f;--line:#45525f;--deep:#63c3d3;--on-deep:#06262c;--warn:#ffcf8a;--warn-ground:#33260f;--bad:#ff9aa0;--bad-ground:#3a1a1d;--good-ground:#14302e}}
*{box-sizing:border-box}
html{font:100%/1.6 ${fonts};color:var(--ink);background:var(--ground);text-size-adjust:100%}
body{margin:0;min-height:100vh;display:flex;flex-direction:column;align-items:center;padding:0 1rem 2rem}
header,main{width:100%;max-width:34rem}
header{display:flex;justify-content:space-between;align-items:baseline;gap:1rem;padding:1.25rem .25rem 1rem}
header p{margin:0;font-weight:600;color:var(--deep)}
main{background:var(--paper);border:1px solid var(--line);border-radius:.75rem;padding:1.5rem;overflow-wrap:anywhere}
@media (min-width:40rem){main{padding:2rem 2.25rem}}
h1{font-size:1.5rem;line-height:1.3;margin:0 0 .75rem}
h2{font-size:1.125rem;margin:1.75rem 0 .5rem}
p{margin:.5rem 0 1rem}
a{color:var(--deep);text-underline-offset:.15em}
form{margin:1rem 0 0}
label,legend{font-weight:600}
legend{padding:0}
fieldset{border:0;margin:1.25rem 0 0;padding:0;min-width:0}
.field{margin:1rem 0 0}
.hint,.detail{color:var(--soft);font-size:.925rem;margin:.125rem 0 .25rem;font-weight:400}
.wrong{color:var(--bad);font-weight:600;margin:.125rem 0 .25rem}
input[type=text],input[type=password],input[type=search],textarea{display:block;width:100%;font:inherit;color:inherit;background:var(--paper);border:1px solid var(--soft);border-radius:.5rem;padding:.6rem .75rem;margin-top:.25rem}
textarea{min-height:6rem}
[aria-invalid=true]{border-color:var(--bad);border-width:2px}
input[type=checkbox],input[type=radio]{width:1.25rem;height:1.25rem;margin:.15rem 0 0;accent-color:var(--deep);flex:none}
button,.button{display:inline-block;font:inherit;font-weight:600;cursor:pointer;border-radius:.5rem;padding:.6rem 1.25rem;min-height:2.75rem;border:1px solid var(--deep);background:var(--deep);color:var(--on-deep);text-decoration:none}
button.second{background:transparent;color:var(--deep)}
button.danger{background:transparent;border-color:var(--bad);color:var(--bad)}
button.link{border:0;background:none;color:var(--deep);padding:.25rem 0;min-height:0;font-weight:400;text-decoration:underline;text-underline-offset:.15em}
:focus-visible{outline:3px solid var(--deep);outline-offset:2px}
.actions{display:flex;flex-wrap:wrap;gap:.75rem;margin-top:1.5rem}
.summary{border-left:.3rem solid var(--bad);background:var(--bad-ground);border-radius:.25rem;padding:.75rem 1rem;margin:0 0 1.25rem}
.warning{border-left:.3rem solid var(--warn);background:var(--warn-ground);border-radius:.25rem;padding:.75rem 1rem;margin:1rem 0}
.done{border-left:.3rem solid var(--deep);background:var(--good-ground);border-radius:.25rem;padding:.75rem 1rem;margin:0 0 1.25rem}
.summary h2{margin:0;font-size:1rem}
.summary p,.warning p,.done p{margin:.25rem 0 0}
.list{list-style:none;margin:1rem 0 0;padding:0}
.list>li{border-top:1px solid var(--line);padding:.75rem 0}
.list>li:last-child{border-bottom:1px solid var(--line)}
.check{display:flex;gap:.75rem;align-items:flex-start;margin:.6rem 0 0}
.check label{font-weight:400}
.check label strong{font-weight:600}
.finer{margin:.25rem 0 0 2rem}
.finer fieldset{margin:.25rem 0 0}
.finer .check{margin:.4rem 0 0}
.people{list-style:none;margin:1rem 0 0;padding:0;display:grid;gap:.6rem}
.person{width:100%;text-align:left;background:transparent;border:1px solid var(--line);color:inherit;font-weight:400;display:block}
.person strong{display:block;font-weight:600}
.person:hover{border-color:var(--deep)}
.chosen{border:1px solid var(--line);border-radius:.5rem;padding:.75rem 1rem;margin:1rem 0}
.chosen p{margin:0}
code,.code{font-family:ui-monospace,Menlo,Consolas,"Noto Sans Mono CJK SC",monospace;font-size:.9em}
.codes{columns:11rem;padding:0;list-style:none;white-space:nowrap}
.qr{display:block;width:12rem;height:12rem;margin:1rem auto;background:#fff;border-radius:.5rem}
details{margin:.75rem 0 0}
summary{cursor:pointer;color:var(--deep)}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
`;

/** `'sha256-…'`, as a Content-Security-Policy names what it allows. */
export const styleSource = `'sha256-${createHash('sha256').update(style).digest('base64')}'`;
