// A chooser reveals the fields that belong to the choice. In a fieldset with data-reveal="type" every element with
// data-for="metric range" is there for those values of the radios or the select named "type"; the others are hidden and not sent. One may stand in another.
function reveal(root) {
  const name = root.dataset.reveal;
  const chosen = root.querySelector(`[name="${name}"]:checked, select[name="${name}"]`)?.value ?? "";
  const own = [...root.querySelectorAll("[data-for]")].filter((part) => part.parentElement.closest("[data-reveal]") === root);
  for (const part of own) {
    const wanted = part.dataset.for.split(/\s+/).includes(chosen);
    part.hidden = !wanted;
  }
  for (const field of root.querySelectorAll("[data-for] :is(input, select, textarea)")) {
    field.disabled = Boolean(field.closest("[hidden]"));
  }
}

function revealAll() {
  for (const root of document.querySelectorAll("[data-reveal]")) reveal(root);
}

document.addEventListener("change", (event) => {
  const root = event.target.closest?.("[data-reveal]");
  if (root && event.target.name === root.dataset.reveal) reveal(root);
});
document.addEventListener("reset", () => setTimeout(revealAll));
document.addEventListener("htmx:afterSettle", revealAll);
revealAll();
