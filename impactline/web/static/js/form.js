// Forms lose nothing: drafts are kept for the session, leaving with unsaved changes asks first, faults get the focus, nothing is sent twice.
// A form with data-draft="name" keeps a draft under that name; one with data-guard asks before it is left.
const PREFIX = "impactline-draft:";
const store = (() => {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
})();

const keyOf = (form) => `${PREFIX}${form.dataset.draft}`;
const faulty = (root) => root.querySelector(".faults, [aria-invalid=true]");
const secret = (field) => field.type === "password" || field.type === "hidden" || field.type === "file";

function read(key) {
  try {
    return JSON.parse(store?.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

function keep(form, sent = false) {
  const values = [...form.elements]
    .filter((field) => field.name && !secret(field) && (!["checkbox", "radio"].includes(field.type) || field.checked))
    .map((field) => [field.name, field.value]);
  try {
    store?.setItem(keyOf(form), JSON.stringify({ values, sent }));
  } catch {
    // A full store loses the draft, not the form.
  }
}

function restore(form, values) {
  for (const field of form.elements) {
    if (!field.name || secret(field)) continue;
    const mine = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(field.type)) field.checked = mine.includes(field.value);
    else if (mine.length) field.value = mine[0];
  }
}

const same = (form, values) => {
  const now = [...form.elements].filter((field) => field.name && !secret(field));
  return now.every((field) => {
    const mine = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(field.type)) return field.checked === mine.includes(field.value);
    return !mine.length || field.value === mine[0];
  });
};

/**
 * A draft that was sent and came back without faults has done its work. One that was not sent, or was left behind by a fault, returns;
 * so does one that was answered from outside the product: what it was about is gone, or one has to sign in again.
 */
function bringBack() {
  const outside = document.body.matches(".gate");
  const returned = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  for (const key of Object.keys(store ?? {}).filter((name) => name.startsWith(PREFIX))) {
    const draft = read(key);
    const form = [...document.querySelectorAll("form[data-draft]")].find((one) => keyOf(one) === key);
    if (draft?.sent && outside) store.setItem(key, JSON.stringify({ ...draft, sent: false }));
    else if (draft?.sent && !returned && !(form && faulty(form))) store.removeItem(key);
    else if (form && draft && !faulty(form) && !same(form, draft.values)) {
      restore(form, draft.values);
      form.dataset.dirty = "";
      tell(form, key);
    }
  }
}

function tell(form, key) {
  const act = () => {
    store.removeItem(key);
    form.reset();
    delete form.dataset.dirty;
  };
  document.dispatchEvent(new CustomEvent("toast", { detail: { words: "Brought back what you had typed here.", act, label: "Discard it" } }));
}

let timer = 0;
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form || form.method === "get" || form.method === "dialog") return;
  form.dataset.dirty = "";
  if (!form.dataset.draft) return;
  clearTimeout(timer);
  timer = setTimeout(() => keep(form), 300);
});

document.addEventListener("reset", (event) => delete event.target.dataset.dirty);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method === "get" || form.method === "dialog" || event.defaultPrevented) return;
  if (form.dataset.sending !== undefined && !form.hasAttribute("hx-post")) {
    event.preventDefault();
    return;
  }
  clearTimeout(timer);
  if (form.dataset.draft) keep(form, true);
  delete form.dataset.dirty;
  form.dataset.sending = "";
  setTimeout(() => delete form.dataset.sending, 4_000);
});

// Ctrl+Enter (on a Mac, Command+Enter) sends the form that one writes in.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing || event.defaultPrevented) return;
  const form = event.target.closest?.("main form");
  if (!form || form.method === "get") return;
  event.preventDefault();
  form.requestSubmit();
});

addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) delete form.dataset.sending;
});

addEventListener("beforeunload", (event) => {
  if (document.querySelector("form[data-guard][data-dirty]")) event.preventDefault();
});

const toFault = (root) => {
  const summary = root.querySelector?.(".faults");
  (summary ?? root.querySelector?.("[aria-invalid=true]"))?.focus();
};

document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.detail.requestConfig?.elt?.matches?.("[data-check-in]")) toFault(event.target);
});

// What is opened to be corrected is written in at once.
document.addEventListener("htmx:afterSettle", (event) => {
  if (!event.detail.requestConfig?.elt?.matches?.(".amend")) return;
  const field = event.target.querySelector("form :is(input:not([type=hidden]), select, textarea)");
  field?.focus();
  field?.select?.();
});

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form && event.detail.successful && !event.target.matches("[data-aside]")) delete form.dataset.dirty;
});

// A failed request must not make the page believe that all is saved.
for (const name of ["htmx:sendError", "htmx:responseError"]) {
  document.addEventListener(name, (event) => {
    const form = event.target.closest?.("form");
    if (form) form.dataset.dirty = "";
  });
}

bringBack();
if (!document.querySelector("[data-samples]")) toFault(document);
