// Check-ins one after the other: Enter saves (in a note, Shift and Enter begin a line), and the next one that is due has the focus.
const FORM = "[data-check-in]";
const FIRST = "input:not([type=hidden]), select, textarea";

document.addEventListener("keydown", (event) => {
  const form = event.target.closest?.(FORM);
  if (!form || event.key !== "Enter" || event.isComposing) return;
  if (event.target.matches("button, a") || (event.target.matches("textarea") && event.shiftKey)) return;
  event.preventDefault();
  form.requestSubmit();
});

document.addEventListener("htmx:afterSettle", (event) => {
  const form = event.detail.requestConfig?.elt;
  if (!form?.matches?.(FORM)) return;
  const item = document.getElementById(form.closest("li")?.id); // the new one: the form is in the old
  if (item) goOn(item);
});

function goOn(item) {
  const faulty = item.querySelector("[aria-invalid=true]") ?? item.querySelector(`${FORM} ${FIRST}`);
  if (faulty) {
    faulty.focus();
    return;
  }
  const forms = [...document.querySelectorAll(FORM)];
  const after = forms.find((form) => item.compareDocumentPosition(form) & Node.DOCUMENT_POSITION_FOLLOWING);
  const next = after ?? forms[0];
  if (next) {
    const field = next.querySelector(FIRST);
    field.focus();
    field.select?.();
    next.closest("li").scrollIntoView({ block: "nearest" });
    return;
  }
  item.querySelector("a")?.focus();
  document.dispatchEvent(new CustomEvent("toast", { detail: { words: "That was the last one. Thank you." } }));
}
