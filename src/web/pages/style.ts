/**
 * The only stylesheet. Logical properties support right-to-left text; colours follow the system's scheme; contrast is
 * at least 4.5 to 1 (WCAG 2.2, 1.4.3) in both schemes.
 */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f23;--soft:#57606a;--line:#d0d7de;--panel:#f6f8fa;--link:#0550ae;
--yes:#116329;--no:#a40e26;--warn:#7d4e00;--button:#0550ae;--on-button:#fff}
@media (prefers-color-scheme:dark){:root{--bg:#0d1117;--fg:#e6edf3;--soft:#9ea7b3;--line:#30363d;--panel:#161b22;
--link:#79c0ff;--yes:#56d364;--no:#ff7b72;--warn:#e3b341;--button:#79c0ff;--on-button:#0d1117}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:1rem/1.5 system-ui,sans-serif;overflow-wrap:break-word}
header,main,footer{max-width:62rem;margin-inline:auto;padding:1rem}
header{border-block-end:1px solid var(--line)}
nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1rem;list-style:none;margin:0;padding:0}
a{color:var(--link)}
a:focus-visible,button:focus-visible,input:focus-visible,select:focus-visible,textarea:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.skip{position:absolute;inset-inline-start:-100vw}.skip:focus{position:static}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.2rem;margin-block-start:2rem}
code,.id{font-family:ui-monospace,monospace;overflow-wrap:anywhere}
.soft{color:var(--soft)}
.answer{font-size:1.15rem;font-weight:600}.yes{color:var(--yes)}.no{color:var(--no)}.warn{color:var(--warn)}
form.stack{display:grid;gap:1rem;max-width:40rem}
label{display:block;font-weight:600}
.hint{display:block;font-weight:400;color:var(--soft)}
input[type=file]{max-width:100%}img{max-width:100%;height:auto}
input[type=text],input[type=search],input[type=email],select,textarea{width:100%;padding:.5rem;border:1px solid var(--soft);border-radius:.3rem;background:var(--bg);color:var(--fg);font:inherit}
[aria-invalid=true]{border:2px solid var(--no)!important}
button,.button{padding:.5rem 1rem;border:0;border-radius:.3rem;background:var(--button);color:var(--on-button);font:inherit;font-weight:600;cursor:pointer}
button.quiet{background:var(--panel);color:var(--fg);border:1px solid var(--soft)}
.row{display:flex;flex-wrap:wrap;gap:.5rem;align-items:end}form.row+.row{margin-block-start:.75rem}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:.4rem;padding:1rem;margin-block:1rem}
.pair{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(15rem,1fr))}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:start;vertical-align:top;padding:.4rem .6rem;border-block-end:1px solid var(--line)}
td.n,th.n{text-align:end;font-variant-numeric:tabular-nums}
ul.errors{color:var(--no)}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.25rem 1rem}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
@media (max-width:30rem){dl{grid-template-columns:1fr}dd{margin-block-end:.5rem}}
`;
