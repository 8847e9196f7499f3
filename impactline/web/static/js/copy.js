// Copies data-copy, or the text of the element that data-copy-from names, and says so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy], [data-copy-from]");
  if (!button) return;
  const source = button.dataset.copyFrom && document.querySelector(button.dataset.copyFrom);
  const text = source ? (source.value ?? source.textContent) : button.dataset.copy;
  let words = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    words = "The browser does not let pages copy here";
  }
  document.dispatchEvent(new CustomEvent("toast", { detail: { words } }));
});
