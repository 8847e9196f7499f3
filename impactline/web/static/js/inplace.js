// Forms of one line are sent without leaving the page: what is refused is said beneath them, and what was typed stays.
// Without script they are posted as any form.
import { refusal } from "./refusal.js";
import { token } from "./token.js";

const FORM = "form.add-line";
const AGAIN = "impactline-line"; // the field in which one writes on once the page is there again

document.addEventListener("submit", send, { capture: true });
standAgain();

// What is loaded above the line to which the address leads must not push it out of sight.
document.addEventListener("htmx:afterSettle", () => {
  const field = document.activeElement;
  if (field?.id && location.hash === `#${field.id}`) field.scrollIntoView({ block: "nearest" });
});

async function send(event) {
  const form = event.target.closest?.(FORM);
  if (!form || event.defaultPrevented) return;
  event.preventDefault();
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter), headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
    const next = answer.headers.get("HX-Redirect");
    if (answer.ok && next) leave(form, next);
    else if (answer.redirected) form.submit();
    else tell(form, await refusal(answer, "Not saved"));
  } catch {
    tell(form, { words: "Not saved: the server did not answer. What you typed is still here; try again.", field: "" });
  } finally {
    form.ariaBusy = "false";
  }
}

function leave(form, address) {
  delete form.dataset.dirty;
  const next = new URL(address, location.href);
  const same = next.pathname === location.pathname && next.search === location.search;
  if (next.pathname === location.pathname) remember(faulty(form, "").id);
  location.assign(next);
  if (same && next.hash) location.reload();
}

function remember(id) {
  try {
    sessionStorage.setItem(AGAIN, id);
  } catch {
    // Without storage one begins at the top of the page.
  }
}

function standAgain() {
  try {
    const id = sessionStorage.getItem(AGAIN);
    sessionStorage.removeItem(AGAIN);
    if (id) document.getElementById(id)?.focus();
  } catch {
    // As above.
  }
}

function tell(form, { words, field: name }) {
  const field = faulty(form, name);
  let place = form.querySelector(".fault");
  if (!place) {
    place = document.createElement("p");
    place.className = "fault";
    place.id = `${field.id || "line"}-fault`;
    place.setAttribute("role", "alert");
    form.append(place);
  }
  place.textContent = words;
  for (const other of form.querySelectorAll("[aria-invalid]")) {
    other.removeAttribute("aria-invalid");
    other.removeAttribute("aria-describedby");
  }
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", place.id);
  field.focus();
}

// The input that the refusal names, else the one in which people write.
function faulty(form, name) {
  const named = form.querySelector(`.control[name="${CSS.escape(name)}"]`);
  return named ?? form.querySelector(".control:not(select)") ?? form.querySelector(".control");
}
