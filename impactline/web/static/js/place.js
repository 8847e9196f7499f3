// Places a popover beside its anchor: below it, or above where there is more room; always within the window.
const GAP = 6;
const EDGE = 12;

export function place(popover, anchor) {
  popover.classList.add("is-placed");
  const from = anchor.getBoundingClientRect();
  const size = popover.getBoundingClientRect();
  const width = document.documentElement.clientWidth;
  const below = innerHeight - from.bottom - GAP - EDGE;
  const above = from.top - GAP - EDGE;
  const upwards = size.height > below && above > below;
  const rightToLeft = getComputedStyle(anchor).direction === "rtl";
  const start = rightToLeft ? from.right - size.width : from.left;
  popover.style.left = `${Math.round(Math.min(Math.max(start, EDGE), Math.max(width - size.width - EDGE, EDGE)))}px`;
  popover.style.top = `${Math.round(upwards ? Math.max(from.top - GAP - size.height, EDGE) : from.bottom + GAP)}px`;
  popover.style.maxHeight = `${Math.round(Math.max(upwards ? above : below, 120))}px`;
}
