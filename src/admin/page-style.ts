/** The style of the admin page: light and dark, one column on small screens. */
export const PAGE_STYLE = `:root {
  color-scheme: light dark;
  --back: #f4f5f8; --card: #fff; --line: #e4e6ec; --text: #1b1e28; --quiet: #5c6272; --accent: #5b5bd6; --soft: #eeeefc;
  --good: #126140; --warn: #964b00; --bad: #b4232a; --shadow: 0 1px 2px #1b1e2812, 0 4px 16px #1b1e280a;
  --front: #8b8fa3; --queue: #f5a524; --middleware: #4a8df0; --router: #12a594; --view: #5b5bd6; --context: #8e4ec6;
  --template: #d6409f; --response: #0aa5c2; --write: #30a46c; --answer: #b08968; --worker: #c3c7d6; --handler: #9b9ef0;
}
@media (prefers-color-scheme: dark) {
  :root {
    --back: #0e1015; --card: #171a21; --line: #272b36; --text: #e8eaf0; --quiet: #989fb0; --accent: #8f8ff5; --soft: #22243a;
    --good: #4cc38a; --warn: #f5b35c; --bad: #ff7f7f; --shadow: 0 1px 2px #0006;
    --front: #7d8399; --worker: #3d4354; --view: #7c7cf0; --handler: #5d60a8;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--text); font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums }
header, main { max-width: 1320px; margin: 0 auto; padding: 0 24px }
header { display: flex; align-items: center; gap: 8px 20px; flex-wrap: wrap; padding-top: 22px; padding-bottom: 18px }
h1 { display: flex; align-items: center; gap: 9px; margin: 0; font-size: 20px; font-weight: 700; letter-spacing: -.02em }
h2 { margin: 0; font-size: 15px; font-weight: 650; letter-spacing: -.005em }
p { margin: 0 }
.bolt { width: 22px; height: 22px; border-radius: 7px; background: linear-gradient(135deg, #7c7cf0, #d6409f); position: relative }
.bolt::after { content: ""; position: absolute; inset: 4px 6px; background: #fff; clip-path: polygon(60% 0, 0 60%, 45% 60%, 35% 100%, 100% 38%, 55% 38%) }
#facts { color: var(--quiet); font-size: 13.5px }
#live { margin-left: auto; display: flex; align-items: center; gap: 8px; font-size: 13.5px; color: var(--quiet) }
.dot { width: 9px; height: 9px; border-radius: 50%; background: var(--warn) }
.is-live .dot { background: var(--good); animation: pulse 2s infinite }
@keyframes pulse { 0% { box-shadow: 0 0 0 0 #30a46c66 } 70%, 100% { box-shadow: 0 0 0 7px #30a46c00 } }
@media (prefers-reduced-motion: reduce) { .is-live .dot { animation: none } * { transition: none !important } }
main { padding-bottom: 48px; display: grid; gap: 16px; grid-template-columns: minmax(0, 1fr) }
.card, .tile { background: var(--card); border: 1px solid var(--line); border-radius: 14px; box-shadow: var(--shadow) }
.card { padding: 16px 18px 18px; min-width: 0 }
.title { display: flex; align-items: center; justify-content: space-between; gap: 12px; flex-wrap: wrap; min-height: 30px; margin-bottom: 10px }
.quiet, .legend { color: var(--quiet); font-size: 13px }
.legend i { display: inline-block; width: 14px; height: 3px; border-radius: 2px; margin: 0 6px 3px 12px }
.legend .rate { background: var(--accent); height: 9px; opacity: .45; margin-bottom: -1px } .legend .p50 { background: var(--good) } .legend .p99 { background: var(--queue) }
.tiles { display: grid; gap: 12px; grid-template-columns: repeat(6, minmax(0, 1fr)) }
.tile { margin: 0; padding: 13px 16px 11px; overflow: hidden; position: relative }
.tile dt { color: var(--quiet); font-size: 13px }
.tile dd { margin: 2px 0 0; font-size: 26px; font-weight: 650; letter-spacing: -.03em; line-height: 1.2; white-space: nowrap }
.tile dd small { font-size: 14px; font-weight: 500; letter-spacing: 0; color: var(--quiet); margin-left: 3px }
.tile p { font-size: 12.5px; color: var(--quiet); white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
.tile .bad { color: var(--bad) }
.chart { height: 190px }
.chart svg { display: block; width: 100%; height: 100%; overflow: visible }
.chart text { fill: var(--quiet); font-size: 11.5px }
.chart .grid { stroke: var(--line); stroke-width: 1 }
.chart .area { fill: var(--accent); opacity: .16 } .chart .rate { fill: none; stroke: var(--accent); stroke-width: 2 }
.chart .p50 { fill: none; stroke: var(--good); stroke-width: 1.75 } .chart .p99 { fill: none; stroke: var(--queue); stroke-width: 1.75 }
.life { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(10, minmax(0, 1fr)); gap: 6px }
.life li { padding: 9px 6px 9px 12px; border-radius: 9px; background: color-mix(in srgb, var(--kind) 13%, var(--card)); border-top: 3px solid var(--kind); position: relative; min-width: 0 }
.life b { display: block; font-size: 12.5px; font-weight: 600; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.life span { font-size: 16px; font-weight: 650; letter-spacing: -.02em } .life small { display: block; color: var(--quiet); font-size: 12px }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.08fr); gap: 16px; align-items: start }
.choice { display: flex; background: var(--back); border-radius: 9px; padding: 3px }
.choice button { font: inherit; font-size: 13px; color: var(--quiet); border: 0; background: none; padding: 3px 11px; border-radius: 7px; cursor: pointer }
.choice button[aria-pressed=true] { background: var(--card); color: var(--text); box-shadow: 0 1px 2px #0002 }
.requests { display: grid; max-height: 520px; overflow-y: auto; margin: 0 -8px; align-content: start }
.request { font: inherit; color: inherit; text-align: left; border: 0; background: none; cursor: pointer; border-radius: 9px; padding: 6px 10px; display: grid; grid-template-columns: 40px minmax(0, 1fr) 120px 66px; gap: 10px; align-items: center; min-height: 38px }
.request:hover { background: var(--back) } .request[aria-current=true] { background: var(--soft) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px }
.request .what { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap } .request .what b { font-weight: 500 } .request .what span { color: var(--quiet); font-size: 12.5px; margin-right: 7px }
.status { font-size: 12.5px; font-weight: 650; text-align: center; border-radius: 6px; padding: 1px 0; color: var(--good); background: color-mix(in srgb, var(--good) 13%, transparent) }
.status.s3 { color: var(--quiet); background: color-mix(in srgb, var(--quiet) 13%, transparent) } .status.s4 { color: var(--warn); background: color-mix(in srgb, var(--warn) 14%, transparent) } .status.s5 { color: var(--bad); background: color-mix(in srgb, var(--bad) 14%, transparent) }
.bar { display: flex; height: 8px; border-radius: 4px; overflow: hidden; background: var(--back) } .bar i { min-width: 1px; background: var(--kind) }
.time { text-align: right; font-weight: 550; font-size: 13.5px; white-space: nowrap } .slow { color: var(--warn) }
.waterfall { display: grid; grid-template-columns: max-content minmax(0, 1fr) max-content; gap: 3px 12px; font-size: 13.5px; align-items: center }
.waterfall .name { display: flex; align-items: center; gap: 8px; max-width: 210px; min-width: 0; height: 25px } .waterfall .name span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap } .waterfall .name em { font-style: normal; color: var(--quiet) }
.waterfall .name i { flex: none; width: 9px; height: 9px; border-radius: 3px; background: var(--kind) } .waterfall .inner { padding-left: 16px }
.waterfall .track { position: relative; height: 17px; border-radius: 5px; background: linear-gradient(90deg, var(--line) 1px, transparent 1px) 0 0 / 25% 100% }
.waterfall .track i { position: absolute; top: 0; height: 100%; min-width: 3px; border-radius: 5px; background: var(--kind) }
.waterfall .outline i { background: color-mix(in srgb, var(--kind) 22%, transparent); border: 1px solid color-mix(in srgb, var(--kind) 55%, transparent) }
.waterfall .time { min-width: 66px }
.facts { display: flex; flex-wrap: wrap; gap: 7px; margin: 14px 0 0; padding: 0; list-style: none; font-size: 12.5px } .facts li { background: var(--back); border-radius: 7px; padding: 3px 9px; overflow-wrap: anywhere } .facts span { color: var(--quiet); margin-right: 5px }
.target { font: 13px/1.4 ui-monospace, SFMono-Regular, Menlo, monospace; background: var(--back); padding: 8px 12px; border-radius: 9px; margin-bottom: 12px; overflow-wrap: anywhere }
.empty { color: var(--quiet); padding: 28px 8px; text-align: center }
.workers { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 260px), 1fr)); gap: 12px }
.worker { border: 1px solid var(--line); border-radius: 11px; padding: 11px 14px 12px; min-width: 0 } .worker h3 { margin: 0; font-size: 14px; font-weight: 600; display: flex; justify-content: space-between } .worker h3 span { font-weight: 500; font-size: 12.5px; color: var(--good) } .worker.dead h3 span { color: var(--bad) }
.meter { height: 7px; border-radius: 4px; background: var(--back); margin: 9px 0 7px; overflow: hidden } .meter i { display: block; height: 100%; border-radius: 4px; background: var(--accent); transition: width .4s } .meter.hot i { background: var(--queue) }
.worker p { font-size: 12.5px; color: var(--quiet); overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
.doing { list-style: none; margin: 3px 0 0; padding: 0; font-size: 12.5px } .doing li { display: flex; gap: 8px; justify-content: space-between } .doing span { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap } .doing b { font-weight: 550; white-space: nowrap } .doing .long b { color: var(--warn) }
.systems { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); gap: inherit; align-items: start } .card[hidden] { display: none }
.rows { list-style: none; margin: 0; padding: 0; display: grid; gap: 12px; font-size: 13.5px } .rows li { display: grid; grid-template-columns: minmax(0, 1fr) max-content; gap: 0 12px; align-items: baseline } .rows b { font-weight: 550; overflow-wrap: anywhere } .rows em { grid-row: 1; grid-column: 2; font-style: normal } .rows span { grid-column: 1 / -1; font-size: 12.5px; color: var(--quiet) } .rows .meter { grid-column: 1 / -1; margin: 5px 0 0 } .rows .off em, .rows .off span { color: var(--bad) }
.scroll { overflow-x: auto } table { width: 100%; border-collapse: collapse; font-size: 13.5px; min-width: 620px } th { text-align: right; color: var(--quiet); font-weight: 500; font-size: 12.5px; padding: 4px 10px 8px } td { text-align: right; padding: 7px 10px; border-top: 1px solid var(--line); white-space: nowrap } th:first-child, td:first-child { text-align: left; padding-left: 2px } td:first-child { font-weight: 500; overflow-wrap: anywhere; white-space: normal } td .lane { color: var(--quiet); font-weight: 400 } td:nth-child(2) { width: 150px } td .bar { width: 130px; margin-left: auto }
.login main { min-height: 92vh; align-content: center; justify-items: center; gap: 22px } .login form { display: grid; gap: 9px; width: min(340px, 100%); background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 22px; box-shadow: var(--shadow) }
.login input, .login form button { font: inherit; padding: 9px 12px; border-radius: 9px; border: 1px solid var(--line); background: var(--back); color: inherit } .login form button { background: #5b5bd6; color: #fff; border: 0; font-weight: 600; margin-top: 6px; cursor: pointer } .login [role=alert] { color: var(--bad); font-size: 13.5px }
@media (max-width: 1080px) { .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)) } .columns { grid-template-columns: minmax(0, 1fr) } .life { grid-template-columns: repeat(5, minmax(0, 1fr)) } }
@media (max-width: 600px) { header, main { padding-left: 14px; padding-right: 14px } #live { margin-left: 0 } .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)) } .life { grid-template-columns: repeat(2, minmax(0, 1fr)) } .request { grid-template-columns: 40px minmax(0, 1fr) 64px } .request .bar { display: none } .waterfall .name { max-width: 120px } .tile dd { font-size: 22px } }
`;
