// The looks of <call-button>. The values are those of /style/tokens.css, each open to the page as a --call-… property. Sizes
// follow the text around the element; what is pressed is never smaller than 44 px.

export const style = `
:host {
display: inline-block;
--go: var(--call-go, #14803f);
--stop: var(--call-stop, #cc2430);
--on-action: var(--call-on-action, #ffffff);
--radius: var(--call-radius, 0.875em);
--brand: var(--call-brand, #3f4fd0);
--surface: var(--call-surface, #ffffff);
--raised: var(--call-raised, #f0f2f7);
--line: var(--call-line, #d4d9e3);
--text: var(--call-text, #14171f);
--text-soft: var(--call-text-soft, #566075);
}
.dark {
--brand: var(--call-brand, #a5b0ff);
--surface: var(--call-surface, #14171d);
--raised: var(--call-raised, #21252e);
--line: var(--call-line, #2e3440);
--text: var(--call-text, #f2f4f9);
--text-soft: var(--call-text-soft, #a6afc0);
--go: var(--call-go, #198545);
--stop: var(--call-stop, #d32f3b);
}
:host([hidden]), [hidden] {
display: none !important;
}
* {
box-sizing: border-box;
margin: 0;
font: inherit;
}
button, a {
display: inline-flex;
align-items: center;
justify-content: center;
gap: 0.5em;
min-block-size: max(44px, 2.75em);
min-inline-size: max(44px, 2.75em);
padding: 0.25em 1.25em;
border: 1px solid transparent;
border-radius: 999px;
background: none;
color: inherit;
cursor: pointer;
touch-action: manipulation;
-webkit-tap-highlight-color: transparent;
}
:focus-visible {
outline: 3px solid var(--brand);
outline-offset: 2px;
}
:active {
filter: brightness(0.85);
}
svg {
inline-size: 1.375em;
flex: none;
fill: none;
stroke: currentColor;
stroke-width: 2;
stroke-linecap: round;
stroke-linejoin: round;
}
.go, .stop {
background: var(--go);
color: var(--on-action);
font-weight: 600;
}
.stop {
background: var(--stop);
}
:host([floating]), [popover] {
position: fixed;
inset-block: auto max(16px, env(safe-area-inset-bottom));
inset-inline: auto 16px;
z-index: 2147483000;
}
[popover] {
inline-size: min(20em, 100vw - 16px);
max-block-size: calc(100vh - 16px);
overflow: auto;
padding: 0.75em;
border: 1px solid var(--line);
border-radius: var(--radius);
background: var(--surface);
color: var(--text);
box-shadow: 0 1em 3em rgb(20 23 31 / 25%);
line-height: 1.4;
text-align: start;
}
@media (max-width: 30em) {
[popover] {
inset-block-end: max(8px, env(safe-area-inset-bottom));
inset-inline: 8px;
inline-size: auto;
}
}
header, .note, .actions {
display: flex;
flex-wrap: wrap;
align-items: center;
gap: 0.5em;
}
.note, .words, .details, .timer {
padding: 0 0.5em;
margin-block-end: 0.5em;
}
header {
flex-wrap: nowrap;
min-block-size: 44px;
padding-inline-start: 0.5em;
margin-block-end: 0.5em;
}
h2, p {
text-align: match-parent;
}
h2 {
flex: 1;
min-inline-size: 0;
overflow-wrap: break-word;
font-size: 1.25em;
font-weight: 600;
line-height: 1.2;
}
.timer {
margin: 0;
font-variant-numeric: tabular-nums;
}
.note, .details {
color: var(--text-soft);
font-size: 0.875em;
}
.close {
padding: 0;
color: var(--text-soft);
}
.actions {
position: sticky;
inset-block-end: 0;
background: var(--surface);
box-shadow: 0 0.25em 0 0.5em var(--surface);
}
.mute, .keypad, .plain, .key {
flex: 1 1 0;
padding-inline: 0.5em;
background: var(--raised);
}
.mute[aria-pressed="true"], .keypad[aria-expanded="true"] {
background: var(--text);
color: var(--surface);
forced-color-adjust: none;
}
.main {
flex: 1 0 100%;
font-weight: 600;
}
.link, .play {
inline-size: 100%;
margin-block-end: 0.5em;
color: var(--brand);
}
.meters {
margin-block-end: 0.5em;
display: grid;
grid-template-columns: auto 1fr;
align-items: center;
gap: 0.25em 0.75em;
padding: 0 0.5em;
font-size: 0.875em;
}
.meter {
block-size: 0.5em;
border: 1px solid var(--line);
border-radius: 1em;
background: linear-gradient(var(--go) 0 0) no-repeat 0 / var(--level, 0%) 100% var(--raised);
forced-color-adjust: none;
}
.panel:dir(rtl) .meter {
background-position: 100%;
}
.keys {
margin-block-end: 0.5em;
display: grid;
grid-template-columns: repeat(3, 1fr);
gap: 0.25em;
}
.key {
min-block-size: 44px;
border-radius: var(--radius);
font-size: 1.25em;
}
.picture {
display: block;
inline-size: 15em;
max-inline-size: 100%;
margin: 0 auto 0.75em;
stroke-width: 2;
color: var(--text-soft);
}
.field {
fill: var(--raised);
stroke: none;
}
.ring {
stroke: var(--brand);
stroke-width: 4;
}
@media (max-height: 24em) {
[popover] {
padding: 0.5em;
font-size: 0.875em;
}
.talking header {
min-block-size: 0;
}
.talking .note {
display: none;
}
.mute, .keypad {
flex: none;
padding: 0;
}
.talking .main {
flex: 1;
padding: 0;
}
.actions span {
position: absolute;
clip-path: inset(50%);
}
}
.live {
position: absolute;
clip-path: inset(50%);
}
@media (prefers-reduced-motion: no-preference) {
.connecting h2, .ringing h2 {
animation: beat 1.6s ease-in-out infinite;
}
@keyframes beat {
50% {
opacity: 0.6;
}
}
}
@media (prefers-contrast: more) {
[popover] {
--line: var(--text);
--text-soft: var(--text);
}
}
`;
