// Dialogs: opened by data-dialog="id", closed by data-dialog-close, by a click beside them, by Escape.
// One with data-opens opens itself when htmx fills it.
document.addEventListener("click", (event) => {
  const opener = event.target.closest?.("[data-dialog]");
  const wanted = opener && document.getElementById(opener.dataset.dialog);
  if (wanted) open(event, wanted, opener);
  else if (event.target.closest?.("[data-dialog-close]")) event.target.closest("dialog")?.close();
  else if (event.target instanceof HTMLDialogElement && beside(event.target, event)) event.target.close();
});

document.addEventListener("htmx:afterSwap", (event) => {
  const dialog = event.target.closest?.("dialog[data-opens]");
  if (dialog && !dialog.open) dialog.showModal();
});

// A link that opens a dialog leads to the same form as a page where there is no script.
function open(event, dialog, opener) {
  event.preventDefault();
  opener.closest("[popover]")?.hidePopover();
  dialog.showModal();
  dialog.querySelector("input:not([type=hidden]), textarea, select")?.focus();
}

function beside(dialog, { clientX: x, clientY: y, detail }) {
  const box = dialog.getBoundingClientRect();
  return detail > 0 && (x < box.left || x > box.right || y < box.top || y > box.bottom);
}
