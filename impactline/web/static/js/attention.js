// The list of what needs attention by keyboard: j and k go on and back, m mutes where one is. The keys are pressed by js/keys.js,
// which clicks what carries them; the buttons here are for it alone.
const causes = () => [...document.querySelectorAll("[data-cause]")].filter((one) => one.checkVisibility());

if (document.querySelector("[data-causes]")) {
  for (const [key, step] of [["j", 1], ["k", -1]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "unseen";
    button.tabIndex = -1;
    button.dataset.key = key;
    button.ariaHidden = "true";
    button.addEventListener("click", () => go(step));
    document.querySelector("main").append(button);
  }
  carry();
  document.addEventListener("morphed", carry);
  document.addEventListener("focusin", carry);
}

function go(step) {
  const every = causes();
  const here = every.findIndex((one) => one.contains(document.activeElement));
  every[Math.max(0, Math.min(here + step, every.length - 1))]?.focus();
}

/** The key m lies on the button of the cause that has the focus, else of the first. */
function carry() {
  const chosen = causes().find((one) => one.contains(document.activeElement)) ?? causes()[0];
  for (const one of document.querySelectorAll(".mute > summary")) {
    if (chosen?.contains(one)) one.dataset.key = "m";
    else delete one.dataset.key;
  }
}

document.addEventListener(
  "toggle",
  (event) => {
    if (event.target.matches?.(".mute[open]")) event.target.querySelector("[name=reason]").focus();
  },
  true,
);
