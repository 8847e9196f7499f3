// Toasts: short words at the foot of the page, with Undo where the act can be undone.
// From the server: HX-Trigger {"toast": {"words": "Archived", "undo": "/address"}}, or a message with data-toast in the page.
// From scripts: document.dispatchEvent(new CustomEvent("toast", { detail: { words, undo, act, stays } })); `act` is a function,
// and what `stays` is taken away by hand.
import { token } from "./token.js";

const STAY = 8_000;
const STAY_WITH_UNDO = 20_000;
const AT_ONCE = 3;

const list = document.getElementById("toasts");
const template = document.getElementById("toast-template");

function show({ words, undo, act, form, stays = false, label = "Undo" }) {
  if (!list || !template) return;
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.querySelector(".words").textContent = words;
  const button = toast.querySelector(".act");
  if (undo || act) {
    button.textContent = label;
    button.hidden = false;
    button.addEventListener("click", () => {
      toast.remove();
      if (act) act();
      else post(undo);
    });
  } else if (form) {
    button.replaceWith(form);
  }
  toast.querySelector(".close").addEventListener("click", () => toast.remove());
  list.append(toast);
  while (list.children.length > AT_ONCE) list.firstElementChild.remove();
  if (!stays) leave(toast, undo || act || form ? STAY_WITH_UNDO : STAY);
}

/** Removes the toast after a while, but not while somebody points at it or stands in it. */
function leave(toast, wait) {
  setTimeout(() => {
    if (!toast.isConnected) return;
    if (toast.matches(":hover, :focus-within") || document.hidden) leave(toast, 2_000);
    else toast.remove();
  }, wait);
}

/** A plain form post, so that the server answers with a page and its message. */
function post(address) {
  const form = document.createElement("form");
  form.method = "post";
  form.action = address;
  form.hidden = true;
  for (const [name, value] of [["csrfmiddlewaretoken", token()], ["next", location.pathname + location.search]]) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit();
}

document.addEventListener("toast", (event) => show(event.detail));
for (const message of document.querySelectorAll("[data-toast]")) {
  show({ words: message.querySelector("[data-words]")?.textContent ?? message.textContent, form: message.querySelector("form") });
  message.remove();
}

const unsaved = () => show({ words: "Not saved: the server did not answer. What you typed is still here; try again." });
document.addEventListener("htmx:sendError", unsaved);
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status >= 500 || status === 429) unsaved();
  else show({ words: status === 403 || status === 404 ? "That is not yours to change, or is gone." : `The server refused (${status}).` });
});
