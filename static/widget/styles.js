// The panel's looks, adopted by its shadow root. Colours come from contrast.js as custom properties.
export const css = `
*, ::before, ::after { box-sizing: border-box }
.place { display: contents }
.panel, .teaser { font: 15px/1.55 system-ui, sans-serif; color: var(--text);
  text-align: start; letter-spacing: 0; overflow-wrap: anywhere; color-scheme: var(--scheme); -webkit-text-size-adjust: 100% }
.panel { position: fixed; inset-inline: auto; right: var(--x); bottom: calc(var(--y) + 72px); display: flex; flex-direction: column;
  width: min(400px, 100vw - 32px); height: min(680px, 100dvh - var(--y) - 92px); overflow: hidden; background: var(--ground);
  border: 1px solid var(--line); border-radius: calc(var(--radius) + 4px); outline: 0; box-shadow: 0 2px 6px #0000000f, 0 18px 60px #00000029;
  contain: layout paint style; animation: rise .2s ease-out }
.panel[hidden] { display: flex !important; visibility: hidden; animation: none }
:host(.left) .panel { right: auto; left: var(--x) }
.panel.inline, .panel.page { position: relative; inset: auto !important; width: 100%; height: 100%; animation: none }
.panel.page { position: fixed; inset: 0 !important; max-width: 820px; margin: auto; border-width: 0; border-radius: 0; box-shadow: 0 0 0 100vmax var(--ground) }
@keyframes rise { from { opacity: 0; transform: translateY(10px) } }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; cursor: pointer; touch-action: manipulation }
svg { width: 20px; height: 20px; fill: none; stroke: currentColor; stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; display: block }
.launcher svg { stroke: none }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px }
.panel:focus-visible, textarea:focus-visible { outline: 0 }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
.quiet, .who { color: var(--quiet) }

header { position: relative; display: flex; align-items: center; gap: 12px; padding: 12px 10px 12px 18px; border-bottom: 1px solid var(--line) }
[dir=rtl] header { padding: 12px 18px 12px 10px }
.avatar { flex: none; display: grid; place-items: center; width: 38px; height: 38px; border-radius: 50%; overflow: hidden;
  background: var(--primary); color: var(--on-primary); font-weight: 600 }
.avatar img { width: 100%; height: 100%; object-fit: cover }
h1 { flex: 1; min-width: 0; margin: 0; font-size: 15px; font-weight: 650; line-height: 1.3 }
h1 span, h1 small, .sources small { display: block; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
h1 small { color: var(--quiet); font-size: 13px; font-weight: 400 }
.icon { display: grid; place-items: center; flex: none; width: 44px; height: 44px; border-radius: 12px; color: var(--quiet) }
header .icon + .icon { margin-inline-start: -12px }
.icon:hover { background: var(--soft); color: var(--text) }
.icon.on { color: var(--danger) }

.thread { position: relative; flex: 1; min-height: 0; display: flex; flex-direction: column; gap: 18px; padding: 20px 18px; overflow-y: auto;
  overscroll-behavior: contain; scrollbar-width: thin; scrollbar-color: var(--line) #0000; outline-offset: -2px }
.greeting { margin: auto 0 0 }
h2 { margin: 0 0 2px; font-size: 25px; font-weight: 650; line-height: 1.3; letter-spacing: -.015em; text-wrap: balance }
.row { display: flex; flex-direction: column; gap: 8px; align-items: flex-start; animation: rise .2s ease-out }
.row, .prose { max-width: 100% }
.mine { align-items: flex-end }
.bubble { max-width: 86%; padding: 9px 15px; white-space: pre-wrap; background: var(--primary); color: var(--on-primary);
  border-radius: var(--radius); border-end-end-radius: min(5px, var(--radius)) }
.prose > * { margin: 0 0 10px } .prose > :last-child { margin-bottom: 0 }
.prose a { color: var(--link); text-underline-offset: 3px }
.prose ul, .prose ol { padding-inline-start: 22px } .prose li { margin: 4px 0 } .prose li > * { margin: 4px 0 }
.prose .heading { font-weight: 650; margin-top: 14px } .prose > .heading:first-child { margin-top: 0 }
.prose .cite, .sources b { display: inline-block; min-width: 20px; margin: 0 2px; padding: 0 5px; border-radius: 6px; background: var(--tint); color: var(--link);
  font-size: 12px; font-weight: 600; line-height: 20px; text-align: center; text-decoration: none; vertical-align: 1px }
a.cite:hover { background: var(--link); color: var(--ground) }
.dots i, .streaming .prose > :last-child::after { content: ""; display: inline-block; width: 8px; height: 8px; margin-inline-start: 5px; border-radius: 50%;
  background: var(--quiet); animation: breathe 1.4s infinite ease-in-out }
@keyframes breathe { 50% { opacity: .25 } }
.dots { padding: 4px 0 }
.dots i:nth-child(2) { animation-delay: .15s } .dots i:nth-child(3) { animation-delay: .3s }
.sources { display: grid; gap: 6px; width: 100%; margin: 2px 0 0; padding: 0; list-style: none }
.sources a { display: flex; gap: 10px; padding: 9px 12px; border: 1px solid var(--line); border-radius: min(12px, var(--radius)); color: inherit;
  font-size: 13px; line-height: 1.4; text-decoration: none }
.sources b { margin: 0; height: 20px }
.sources span { min-width: 0 } .sources strong { display: block; font-weight: 600 }
.sources q { display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden; color: var(--quiet); quotes: none }
.sources small { color: var(--quiet); font-size: 12px }
.chips { display: flex; flex-wrap: wrap; gap: 8px }
.chip, .pill { min-height: 44px; padding: 8px 15px; border: 1px solid var(--line); border-radius: 22px; background: var(--ground); text-align: start; line-height: 1.35 }
:is(.chip, .pill, .sources a[href]):hover { border-color: var(--edge); background: var(--soft) }
.starters { flex-direction: column; align-items: flex-start }
.pill { display: inline-flex; align-items: center; gap: 8px } .pill svg { width: 16px; height: 16px }
.danger { color: var(--danger) }

footer { padding: 4px 14px 12px }
.composer { display: flex; align-items: flex-end; gap: 2px; padding: 5px; border: 1px solid var(--edge); border-radius: calc(var(--radius) + 8px); background: var(--ground) }
.composer:focus-within { border-color: var(--link); box-shadow: 0 0 0 1px var(--link) }
textarea { flex: 1; min-width: 0; min-height: 44px; max-height: 140px; padding: 10px 4px 10px 13px; border: 0; outline: 0; background: none; color: inherit; font: inherit; resize: none; scrollbar-width: thin }
[dir=rtl] textarea { padding: 10px 13px 10px 4px }
::placeholder { color: var(--quiet); opacity: 1 }
.go { display: grid; place-items: center; flex: none; width: 44px; height: 44px; border-radius: calc(var(--radius) + 3px); background: var(--primary); color: var(--on-primary) }
.go[aria-disabled=true] { background: var(--soft); color: var(--quiet); cursor: default }
.problem { margin: auto; text-align: center }
.brand { display: flex; justify-content: center; align-items: center; gap: 6px; width: max-content; max-width: 100%; margin: 2px auto -6px; padding: 4px 8px; font-size: 12px; color: var(--quiet); text-decoration: none }
.brand:hover { text-decoration: underline } .brand img { height: 16px }
@media (pointer: coarse) { textarea, input, select { font-size: 16px } }
@media (max-width: 520px), (max-height: 460px) {
  .panel.float { inset: 0 !important; top: var(--top, 0px) !important; bottom: auto !important; width: 100%; height: var(--height, 100dvh); border: 0; border-radius: 0;
    padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left) }
}
@media (prefers-reduced-motion: reduce) { *, ::before, ::after { animation-duration: .01ms !important; animation-iteration-count: 1 !important; transition: none !important } }
@media (forced-colors: active) { .panel, .bubble, .go, .chip, .cite, .avatar { border: 1px solid } .go svg { stroke: ButtonText } }
[hidden] { display: none !important }
`;
