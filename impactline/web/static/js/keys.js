// Shortcuts for the whole product. An element says its own keys: data-key="/" or data-key="g h"; a field is focused, the rest is clicked.
// They can be turned off in the list that `?` opens (WCAG 2.1.4).
const KEY = "impactline-keys";
const PAUSE = 1_200;

const dialog = document.getElementById("keys-dialog");
const toggle = document.getElementById("keys-on");
let pressed = [];
let at = 0;

const on = () => {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
};

const typing = (target) => target.closest?.("input:not([type=checkbox], [type=button]), textarea, select, [contenteditable], [role=treegrid]");

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (typing(event.target) || document.querySelector("dialog[open]") || !on()) return;
  if (event.timeStamp - at > PAUSE) pressed = [];
  at = event.timeStamp;
  pressed = [...pressed, event.key].slice(-2);
  if (pressed.at(-1) === "?") return act(event, () => dialog?.showModal());
  const found = find(pressed.join(" ")) ?? find(pressed.at(-1));
  if (found) act(event, () => (found.matches("input, textarea, select") ? focus(found) : press(found)));
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-keys-list]")) dialog?.showModal();
});

if (toggle) {
  toggle.checked = on();
  toggle.addEventListener("change", () => {
    try {
      localStorage.setItem(KEY, toggle.checked ? "on" : "off");
    } catch {
      // Without storage the choice lasts for this page.
    }
  });
}

/** The first visible element for these keys; `c` in a list of due check-ins is its first field. */
function find(keys) {
  if (keys === "c") {
    const field = document.querySelector("[data-check-in] :is(input:not([type=hidden]), select)");
    if (field) return field;
  }
  return [...document.querySelectorAll(`[data-key="${CSS.escape(keys)}"]`)].find((element) => element.checkVisibility());
}

/** What opens a menu gets the focus first, so that the keyboard goes on in it, and Esc leads back. */
function press(element) {
  if (element.matches("[popovertarget]")) element.focus({ preventScroll: true });
  element.click();
}

function focus(field) {
  field.focus();
  field.select?.();
}

function act(event, what) {
  event.preventDefault();
  pressed = [];
  what();
}
