// Sets the theme before the first paint; buttons with data-theme-choice change it, in every tab.
(() => {
  const root = document.documentElement;
  const KEY = "impactline-theme";

  const stored = () => {
    try {
      return localStorage.getItem(KEY) ?? "system";
    } catch {
      return "system";
    }
  };

  const show = (choice) => {
    if (choice === "light" || choice === "dark") root.dataset.theme = choice;
    else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-choice]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
    }
  };

  show(stored());
  document.addEventListener("DOMContentLoaded", () => show(stored()));
  addEventListener("storage", (event) => event.key === KEY && show(stored()));
  document.addEventListener("click", (event) => {
    const choice = event.target.closest?.("[data-theme-choice]")?.dataset.themeChoice;
    if (!choice) return;
    try {
      localStorage.setItem(KEY, choice);
    } catch {
      // Without storage the choice lasts for this page.
    }
    show(choice);
  });
})();
