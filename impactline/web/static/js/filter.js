// Filter forms (data-filter="#results"): every change fetches the page for the chosen values and morphs the results; the address follows.
// Without script they are plain GET forms with their button.
const WAIT = 250;

for (const form of document.querySelectorAll("form[data-filter]")) {
  let timer = 0;
  let running = null;

  const address = () => {
    const chosen = [...new FormData(form)].filter(([, value]) => value !== "");
    const query = new URLSearchParams(chosen).toString();
    return form.action.split("?")[0] + (query ? `?${query}` : "");
  };

  const run = async () => {
    clearTimeout(timer);
    running?.abort();
    running = new AbortController();
    const to = address();
    const results = document.querySelector(form.dataset.filter);
    results?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(to, { signal: running.signal });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      Idiomorph.morph(results, page.querySelector(form.dataset.filter), { morphStyle: "outerHTML" });
      htmx.process(document.querySelector(form.dataset.filter));
      history.replaceState(history.state, "", to);
      document.querySelector(form.dataset.filter).removeAttribute("aria-busy");
    } catch (fault) {
      if (fault.name !== "AbortError") location.assign(to);
    }
  };

  form.addEventListener("change", run);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  form.addEventListener("input", (event) => {
    if (!event.target.matches("input[type=search], input[type=text]")) return;
    clearTimeout(timer);
    timer = setTimeout(run, WAIT);
  });
}
