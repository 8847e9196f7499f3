// Scales of radios: a number key chooses; 1 and then 0 within a second chooses ten.
let last = { scale: null, digits: "", at: 0 };

document.addEventListener("keydown", (event) => {
  const scale = event.target.closest?.("[data-scale]");
  if (!scale || !/^\d$/.test(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  const goesOn = last.scale === scale && event.timeStamp - last.at < 1_000;
  const digits = goesOn && radio(scale, last.digits + event.key) ? last.digits + event.key : event.key;
  const chosen = radio(scale, digits);
  if (!chosen) return;
  event.preventDefault();
  last = { scale, digits, at: event.timeStamp };
  chosen.checked = true;
  chosen.focus();
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
});

function radio(scale, value) {
  return [...scale.querySelectorAll("input")].find((input) => input.value === value);
}
