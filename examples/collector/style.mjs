/** Of every page; the Content-Security-Policy names its hash. */
export const style = `
:root {
  color-scheme: light dark;
  --text: #1a1c1f; --quiet: #5b6169; --page: #f6f7f8; --card: #ffffff; --line: #dfe2e6; --link: #0b5cad;
  --rejected: #a3161c; --rejected-page: #fde8e8; --tolerated: #7a4b00; --tolerated-page: #fdf0d5; --pinned: #0d6238; --pinned-page: #dff5e8; --bar: #4a7fb5;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6e8eb; --quiet: #9aa1aa; --page: #131518; --card: #1c1f23; --line: #31363c; --link: #7cb8f5;
    --rejected: #ff9d9d; --rejected-page: #46191b; --tolerated: #f3c46b; --tolerated-page: #41300c; --pinned: #7fdca8; --pinned-page: #10391f; --bar: #6fa4d9;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem 1rem 3rem; background: var(--page); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
header { display: flex; flex-wrap: wrap; align-items: baseline; justify-content: space-between; gap: 0 1rem; }
h1 { margin: 0; font-size: 1.6rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { margin: 2rem 0 .6rem; font-size: 1.1rem; }
header p { margin: 0; color: var(--quiet); }
a { color: var(--link); }
table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; border-spacing: 0; overflow: hidden; }
th, td { padding: .5rem .75rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--quiet); font-size: .8rem; font-weight: 600; white-space: nowrap; }
tbody tr { border-top: 1px solid var(--line); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
time { white-space: nowrap; }
small { display: block; color: var(--quiet); font-size: .8rem; }
.badge { display: inline-block; padding: 0 .5rem; border-radius: 1rem; background: var(--line); font-size: .85rem; white-space: nowrap; }
.badge.rejected { background: var(--rejected-page); color: var(--rejected); }
.badge.tolerated { background: var(--tolerated-page); color: var(--tolerated); }
.badge.pinned { background: var(--pinned-page); color: var(--pinned); }
.bars { display: block; width: 7rem; height: 1.5rem; }
.bars .some { fill: var(--bar); }
.bars .none { fill: var(--line); }
.empty { padding: 3rem 1rem; text-align: center; color: var(--quiet); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
nav { display: flex; gap: 1.5rem; margin-top: 1rem; }
dl { margin: 1rem 0; padding: .25rem .75rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
dl div { display: grid; grid-template-columns: 7rem 1fr; gap: 0 1rem; padding: .3rem 0; }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
dd time small { display: inline; margin-left: .5rem; }
pre, code { font: .85rem/1.5 ui-monospace, monospace; }
code { overflow-wrap: anywhere; }
pre { margin: .5rem 0; padding: .75rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
details pre { white-space: pre; overflow-wrap: normal; }
.pins { padding-left: 1.2rem; }
details { margin: .5rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
@media (max-width: 44rem) {
  table, tbody, tr, td { display: block; }
  thead { display: none; }
  tbody tr { padding: .5rem 0; }
  tbody tr:first-child { border-top: 0; }
  td, td.number { display: grid; grid-template-columns: 6.5rem 1fr; gap: 0 .75rem; padding: .15rem .75rem; text-align: left; }
  td::before { content: attr(data-name); color: var(--quiet); font-size: .85rem; }
  dl div { grid-template-columns: 1fr; }
}
`;
