// Slides: arrows, Space and Page keys go from one to the next, Home and End to the ends, f over the whole screen, Escape back. Of a slide that
// is longer than the window the rest is scrolled to first. Without script the page scrolls from slide to slide.
const deck = document.querySelector("[data-slides]");
const STEPS = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: 1, ArrowUp: -1, PageDown: 1, PageUp: -1, " ": 1, Home: -Infinity, End: Infinity };
const STRAIGHT = ["ArrowRight", "ArrowLeft", "Home", "End"];
const TAKES_KEYS = "a, button, input, textarea, select, summary, [contenteditable], [role=region]";

const all = () => [...deck.querySelectorAll(".slide")];
const leave = () => document.querySelector("[data-slides-back]").click();

if (deck) start();

function start() {
  document.querySelector("[data-slides-tools]").hidden = false;
  const full = document.querySelector("[data-slides-full]");
  full.hidden = !document.fullscreenEnabled;
  full.addEventListener("click", turnFull);
  for (const button of document.querySelectorAll("[data-slides-by]")) button.addEventListener("click", () => go(Number(button.dataset.slidesBy)));
  document.addEventListener("keydown", press);
}

function press(event) {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open], :popover-open")) return;
  if (event.key === "Escape") return document.fullscreenElement ? turnFull() : leave();
  let by = STEPS[event.key];
  if (!by || (event.target.closest(TAKES_KEYS) && !STRAIGHT.includes(event.key))) return;
  if (event.key === " " && event.shiftKey) by = -1;
  if (!STRAIGHT.includes(event.key) && hasMore(by)) return;
  event.preventDefault();
  go(by);
}

/** The slide in the middle of the window. */
function current() {
  const found = all().findIndex((slide) => slide.getBoundingClientRect().bottom > innerHeight / 2);
  return found < 0 ? all().length - 1 : found;
}

/** Whether there is more of the slide beyond the window on this side. */
function hasMore(by) {
  const { top, bottom } = all()[current()].getBoundingClientRect();
  return by > 0 ? bottom > innerHeight + 1 : top < -1;
}

function go(by) {
  const slide = all()[Math.min(all().length - 1, Math.max(0, current() + by))];
  history.replaceState(null, "", `#${slide.id}`);
  slide.scrollIntoView({ behavior: "instant" });
  slide.focus({ preventScroll: true });
}

function turnFull() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen();
}
