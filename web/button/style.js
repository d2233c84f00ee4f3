// The looks of <call-button>. The values are those of /style/tokens.css, each open to the page as a --call-… property. Sizes
// follow the text around the element; what is pressed is never smaller than 44 px.

export const style = `
:host {
display: inline-block;
--go: var(--call-go, #14803f);
--stop: var(--call-stop, #cc2430);
--on-action: var(--call-on-action, #ffffff);
--radius: var(--call-radius, 0.875em);
}
:host, [popover] {
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
:host([floating]) {
position: fixed;
inset: auto max(16px, env(safe-area-inset-right)) max(16px, env(safe-area-inset-bottom)) auto;
z-index: 2147483000;
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
inline-size: 1.25em;
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
:host([floating]) > .go {
box-shadow: 0 4px 14px rgb(20 23 31 / 30%);
}
[popover] {
position: fixed;
inset: auto max(16px, env(safe-area-inset-right)) max(16px, env(safe-area-inset-bottom)) auto;
z-index: 2147483000;
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
inset: auto 8px max(8px, env(safe-area-inset-bottom)) 8px;
inline-size: auto;
}
}
header, .pair, .note {
display: flex;
align-items: center;
gap: 0.5em;
}
header {
min-block-size: 44px;
padding-inline-start: 0.5em;
}
h2 {
flex: 1;
font-size: 1.25em;
font-weight: 600;
line-height: 1.2;
}
[role="timer"] {
font-variant-numeric: tabular-nums;
}
p {
padding: 0 0.5em 0.75em;
overflow-wrap: anywhere;
}
.note, .soft {
color: var(--text-soft);
font-size: 0.875em;
}
.note svg {
inline-size: 1.125em;
}
.close {
padding: 0;
color: var(--text-soft);
}
.pair > * {
flex: 1 1 0;
padding-inline: 0.5em;
background: var(--raised);
}
.pair [aria-pressed="true"], .pair [aria-expanded="true"] {
background: var(--text);
color: var(--surface);
}
.pair, .meters, .keys {
margin-block-end: 0.5em;
}
.main {
inline-size: 100%;
}
.plain {
background: var(--raised);
color: var(--text);
font-weight: 600;
}
.link {
inline-size: 100%;
color: var(--brand);
}
.meters {
display: grid;
grid-template-columns: auto 1fr;
align-items: center;
gap: 0.25em 0.75em;
padding: 0 0.5em 0.25em;
font-size: 0.875em;
}
[role="meter"] {
block-size: 0.5em;
border-radius: 1em;
background: var(--raised);
outline: 1px solid var(--line);
overflow: hidden;
}
[role="meter"] i {
display: block;
block-size: 100%;
background: var(--go);
transform: scaleX(0);
transform-origin: left;
}
.keys {
display: grid;
grid-template-columns: repeat(3, 1fr);
gap: 0.25em;
}
.keys button {
padding: 0;
border-radius: var(--radius);
background: var(--raised);
font-size: 1.25em;
min-block-size: 44px;
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
.live {
position: absolute;
inline-size: 1px;
block-size: 1px;
overflow: hidden;
clip-path: inset(50%);
white-space: nowrap;
}
@media (prefers-reduced-motion: no-preference) {
.beats h2 {
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
