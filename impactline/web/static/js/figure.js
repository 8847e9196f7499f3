// Every number explains itself: on hover and focus after a moment, on click at once and to stay.
// A link with data-explain fetches its explanation; a button with popovertarget has it in the page.
import { place } from "./place.js";

const OPEN_AFTER = 280;
const CLOSE_AFTER = 220;
const FRESH_FOR = 10_000;

const shared = document.getElementById("explanation");
const fetched = new Map();
let open = null; // { anchor, popover, pinned }
let timer = 0;

const anchorOf = (target) => target.closest?.("[data-explain]");
const popoverOf = (anchor) => document.getElementById(anchor.getAttribute("popovertarget")) ?? shared;

function later(wait, act) {
  clearTimeout(timer);
  timer = setTimeout(act, wait);
}

async function explanationOf(anchor) {
  const known = fetched.get(anchor.href);
  if (known && performance.now() - known.at < FRESH_FOR) return known.html;
  const answer = await fetch(anchor.href, { headers: { "HX-Request": "true" } });
  if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
  const html = await answer.text();
  fetched.set(anchor.href, { html, at: performance.now() });
  return html;
}

async function show(anchor, pinned) {
  clearTimeout(timer);
  if (open?.anchor === anchor) {
    open.pinned ||= pinned;
    if (pinned) open.popover.focus();
    return;
  }
  close();
  const popover = popoverOf(anchor);
  const mine = { anchor, popover, pinned };
  open = mine;
  if (popover === shared) {
    try {
      const html = await explanationOf(anchor);
      if (open !== mine) return;
      popover.innerHTML = html;
    } catch {
      if (open === mine) open = null;
      if (pinned) location.assign(anchor.href);
      return;
    }
  }
  popover.tabIndex = -1;
  popover.showPopover();
  place(popover, anchor);
  anchor.setAttribute("aria-expanded", "true");
  if (popover === shared) anchor.setAttribute("aria-describedby", shared.id);
  if (mine.pinned) popover.focus();
}

function close() {
  clearTimeout(timer);
  if (!open) return;
  const { anchor, popover } = open;
  open = null;
  const within = popover.contains(document.activeElement);
  if (popover.matches(":popover-open")) popover.hidePopover();
  anchor.removeAttribute("aria-expanded");
  if (popover === shared) anchor.removeAttribute("aria-describedby");
  if (within) anchor.focus();
}

const closeUnlessPinned = () => open && !open.pinned && close();

if (shared) {
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const anchor = anchorOf(event.target);
    if (anchor && !(open?.pinned && open.anchor !== anchor)) later(OPEN_AFTER, () => show(anchor, false));
    else if (open?.popover.contains(event.target)) clearTimeout(timer);
    else if (!anchor) later(CLOSE_AFTER, closeUnlessPinned);
  });

  document.addEventListener("focusin", (event) => {
    const anchor = anchorOf(event.target);
    if (anchor?.matches(":focus-visible")) later(OPEN_AFTER, () => show(anchor, false));
    else if (open && !open.popover.contains(event.target)) closeUnlessPinned();
  });

  document.addEventListener("focusout", (event) => {
    if (open && !event.relatedTarget) later(CLOSE_AFTER, closeUnlessPinned);
  });

  document.addEventListener("click", (event) => {
    const anchor = anchorOf(event.target);
    if (!anchor) {
      if (open && !open.popover.contains(event.target)) close();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (open?.anchor === anchor && open.pinned) close();
    else show(anchor, true);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && open) {
      event.preventDefault();
      close();
    }
  });

  addEventListener("scroll", () => open?.popover.matches(":popover-open") && place(open.popover, open.anchor), { passive: true });
  addEventListener("resize", close);
}
