// The looks of what parts.js draws, and of what is rare in an answer.
export const css = `
.panel.wide { width: min(760px, 100vw - 40px); height: calc(100dvh - var(--y) - 92px) }
.prose code { padding: 1px 5px; border-radius: 5px; background: var(--soft); font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace }
.prose pre { max-width: 100%; padding: 12px; overflow-x: auto; border-radius: 10px; background: var(--soft) } .prose pre code { padding: 0; background: none }
.prose blockquote { padding-inline-start: 12px; border-inline-start: 3px solid var(--line); color: var(--quiet) }
.prose hr { width: 100%; border: 0; border-top: 1px solid var(--line) }
.table { max-width: 100%; overflow-x: auto } table { border-collapse: collapse; font-size: 14px }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: start }
.latest { position: absolute; bottom: 104px; inset-inline-end: 14px; width: 44px; height: 44px; display: grid; place-items: center; border-radius: 50%; background: var(--ground);
  border: 1px solid var(--line); box-shadow: 0 4px 14px #0002 }
.menu { position: absolute; z-index: 2; top: calc(100% - 6px); inset-inline-end: 12px; min-width: 210px; padding: 6px; background: var(--ground);
  border: 1px solid var(--line); border-radius: 14px; box-shadow: 0 10px 34px #0003 }
.menu button { display: flex; justify-content: space-between; width: 100%; min-height: 44px; align-items: center; padding: 0 12px; border-radius: 9px }
[role=switch]::after { content: ""; width: 34px; height: 20px; border-radius: 10px; background: radial-gradient(circle at 10px, var(--ground) 6.5px, #0000 7px) var(--edge) }
[role=switch][aria-checked=true]::after { background: radial-gradient(circle at 24px, var(--on-primary) 6.5px, #0000 7px) var(--primary) }
.tools { display: flex; margin: -4px -10px -10px } .tools button { display: grid; place-items: center; width: 44px; height: 44px; border-radius: 10px; color: var(--quiet) }
.tools svg { width: 17px; height: 17px } .tools [aria-pressed=true] { color: var(--link) } .tools [aria-pressed=true] path { fill: var(--tint) }
.link { min-height: 24px; color: var(--link); text-decoration: underline; text-underline-offset: 3px }
.notice { margin: 0; padding: 10px 14px; border-radius: 12px; background: var(--soft); font-size: 14px }
.spin { display: inline-block; width: 12px; height: 12px; margin-inline-end: 9px; border: 2px solid var(--edge); border-top-color: #0000; border-radius: 50%; animation: turn 1s linear infinite }
@keyframes turn { to { transform: rotate(1turn) } }
:is(.tools, .menu) button:hover { background: var(--soft); color: var(--text) }
.card { position: relative; display: grid; gap: 12px; padding: 16px; border: 1px solid var(--line); border-radius: var(--radius); background: var(--ground) }
.card h2 { font-size: 17px; letter-spacing: 0; padding-inline-end: 32px } .card p { margin: 0 }
.shut { position: absolute; top: 4px; inset-inline-end: 4px }
.field { display: grid; gap: 5px } .field label { font-size: 14px; font-weight: 550 }
.check { grid-template-columns: 24px 1fr; gap: 8px; align-items: center } .check label { font-weight: 400 } .check small { grid-column: 2 }
.field :is(input, select, textarea) { width: 100%; min-height: 44px; padding: 9px 12px; border: 1px solid var(--edge); border-radius: min(10px, var(--radius));
  background: var(--ground); color: inherit; font: inherit; max-height: none }
.field [type=checkbox] { width: 22px; height: 22px; min-height: 0; accent-color: var(--primary) }
.field textarea:focus-visible { outline: 2px solid var(--link) }
.field [aria-invalid] { border-color: var(--danger) }
.field a, .card a { color: var(--link) }
.buttons { display: flex; flex-wrap: wrap; gap: 8px }
.primary { min-height: 44px; padding: 8px 20px; border-radius: 22px; background: var(--primary); color: var(--on-primary); font-weight: 550 }
.primary[aria-disabled=true] { opacity: .6 }
.teaser { position: fixed; right: var(--x); bottom: calc(var(--y) + 70px + env(safe-area-inset-bottom, 0px)); display: flex; align-items: flex-start; padding-inline-start: 16px;
  max-width: min(300px, 100vw - 40px); border: 1px solid var(--line); border-radius: var(--radius); background: var(--ground); box-shadow: 0 10px 34px #00000026; animation: rise .25s ease-out }
:host(.left) .teaser { right: auto; left: var(--x) }
@media (forced-colors: active) { .dots i, .streaming .prose > :last-child::after { background: CanvasText; forced-color-adjust: none }
  .tools [aria-pressed=true] { outline: 2px solid; outline-offset: -4px } .card, .notice, .teaser, .menu, .primary { border: 1px solid } .badge { outline: 1px solid }
  .composer:focus-within { outline: 2px solid Highlight; outline-offset: 2px } }
.badge::after { content: attr(data-count) }
.say { padding: 12px 0; text-align: start }
`;
