// Takes the text of data-rewrite over into the field of its form that data-field names, and marks its first blank.
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-rewrite]");
  const field = button?.form?.elements.namedItem(button.dataset.field);
  if (!field) return;
  field.value = button.dataset.rewrite;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
  const at = field.value.indexOf("__");
  if (at >= 0) field.setSelectionRange(at, at + 2);
});
