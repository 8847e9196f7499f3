// Live pages: one event stream for all tabs of a browser. The tab that holds the lock listens and tells the others.
// A message names what changed: {"kind": "objective", "ref": "waiting"}, or "*" for everything. Every element with that name in data-live
// ("objective:waiting key_result:wait-days", "objective:*", "*") fetches itself again, from data-live-url or from the
// page's own address by its id, and is morphed; never while somebody types in it. What happened between asking for the
// page and listening is asked for: of the server by the tab that opens the stream, of that tab by the others.
const stream = document.body.dataset.liveStream;
const CHANNEL = "impactline-live";
const GATHER = 60;
const SCATTER = 120;
const AT_ONCE = 4;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
const QUIET = 4_000;
const REMEMBERED = 60_000;
const FIELDS = "input, textarea, select, [contenteditable]";

const sign = document.getElementById("live-sign");
const channel = "BroadcastChannel" in window ? new BroadcastChannel(CHANNEL) : null;
const wanted = new Set();
const held = new Set();
const changed = new Set();
const shown = new WeakMap(); // element -> which of the requests it was last put from
const said = [];
let timer = 0;
let laterTimer = 0;
let signTimer = 0;
let leads = false;
let asked = 0;
let written = 0;

if (stream) start();

function start() {
  if (channel) channel.onmessage = (event) => receive(event.data);
  channel?.postMessage({ type: "missed", since: performance.timeOrigin });
  join();
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    join();
    want("*"); // The page comes from the browser's memory.
  });
  document.addEventListener("visibilitychange", () => !document.hidden && wanted.size && gather());
  document.addEventListener("focusout", () => setTimeout(retry, 50));
  document.addEventListener("submit", () => setTimeout(retry, 1_000));
  document.addEventListener("saved", () => {
    written += 1;
    setTimeout(retry, 50);
  });
  document.addEventListener("htmx:afterRequest", (event) => event.detail.requestConfig?.verb !== "get" && (written += 1));
  setInterval(retry, 2_000);
}

function join() {
  if (navigator.locks) navigator.locks.request(CHANNEL, lead);
  else lead();
}

/** Holds the stream for all tabs, until this page is left: a page that is only remembered must not keep the lock. */
function lead() {
  let wait = FIRST_WAIT;
  let lost = false;
  let source = null;
  let again = 0;
  let missed = `?missed=${Math.ceil(performance.now())}`;
  leads = true;

  const listen = () => {
    source = new EventSource(stream + missed);
    missed = ""; // From now on, whoever was away fetches everything.
    source.addEventListener("open", () => {
      wait = FIRST_WAIT;
      if (lost) tell({ type: "back" });
      lost = false;
    });
    source.addEventListener("changed", (event) => tell({ type: "changed", ...JSON.parse(event.data) }));
    source.addEventListener("error", () => {
      source.close();
      if (!lost) tell({ type: "lost" });
      lost = true;
      again = setTimeout(listen, wait * (0.75 + Math.random() / 2));
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  };

  listen();
  return new Promise((resolve) => {
    addEventListener(
      "pagehide",
      () => {
        clearTimeout(again);
        source.close();
        leads = false;
        resolve();
      },
      { once: true },
    );
  });
}

function tell(message) {
  said.push({ at: performance.timeOrigin + performance.now(), message });
  while (said[0].at < said.at(-1).at - REMEMBERED) said.shift();
  channel?.postMessage(message);
  receive(message);
}

function receive(message) {
  if (message.type === "missed" && leads) {
    for (const one of said) if (one.at >= message.since) channel.postMessage(one.message);
  }
  if (message.type === "changed") want(message.kind === "*" ? "*" : `${message.kind}:${message.ref}`);
  if (message.type === "lost") signTimer = setTimeout(() => sign && (sign.hidden = false), QUIET);
  if (message.type === "back") {
    clearTimeout(signTimer);
    if (sign) sign.hidden = true;
    want("*"); // Whatever changed meanwhile was not told.
  }
}

function want(name) {
  wanted.add(name);
  if (!document.hidden) gather();
}

/** Waits for the rest of a burst, and a little by chance so that a thousand pages do not ask at once. */
function gather() {
  if (timer) return;
  timer = setTimeout(() => {
    timer = 0;
    const names = new Set(wanted);
    wanted.clear();
    const concerned = [...document.querySelectorAll("[data-live]")].filter((element) => concerns(element, names));
    refresh(concerned);
    if (concerned.some((element) => element.dataset.liveAgain)) later();
  }, GATHER + Math.random() * SCATTER);
}

/** What follows from a change in the worker comes a moment after it: data-live-again says after how many milliseconds. */
function later() {
  const elements = [...document.querySelectorAll("[data-live-again]")];
  clearTimeout(laterTimer);
  laterTimer = setTimeout(() => refresh(elements.filter((one) => one.isConnected)), Math.max(...elements.map((one) => one.dataset.liveAgain)));
}

function concerns(element, names) {
  if (names.has("*")) return true;
  return element.dataset.live.split(/\s+/).some((name) => {
    if (name === "*" || names.has(name)) return true;
    return name.endsWith(":*") && [...names].some((one) => one.startsWith(name.slice(0, -1)));
  });
}

async function refresh(elements) {
  const outermost = elements.filter((element) => !elements.some((other) => other !== element && other.contains(element)));
  const byAddress = new Map();
  for (const element of outermost) {
    const address = element.dataset.liveUrl || location.href;
    byAddress.set(address, [...(byAddress.get(address) ?? []), element]);
  }
  const queue = [...byAddress];
  const work = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await fetchInto(...next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** What was asked for before this page saved something, or before what is shown, is of yesterday: it is asked for again, or let go. */
async function fetchInto(address, elements) {
  const whole = !elements[0].dataset.liveUrl;
  const turn = (asked += 1);
  const before = written;
  let answer;
  try {
    answer = await fetch(address, { headers: whole ? { "X-Live": "1" } : { "X-Live": "1", "HX-Request": "true" } });
  } catch {
    return; // Offline: the stream tells when it is back.
  }
  if (answer.status === 404 && !whole) elements.forEach((element) => element.remove());
  if (!answer.ok || answer.redirected) return;
  const page = parse(await answer.text());
  if (written !== before) return refresh(elements.filter((element) => element.isConnected));
  for (const element of elements.filter((one) => turn > (shown.get(one) ?? 0))) {
    shown.set(element, turn);
    const fresh = element.id ? page.querySelector(`#${CSS.escape(element.id)}`) : page.querySelector("[data-live]");
    if (fresh) put(element, fresh);
    else if (whole && element.id) element.remove();
  }
}

/** A fragment may begin with a <tbody>, which only a template takes. */
function parse(html) {
  if (/^\s*<!doctype/i.test(html)) return new DOMParser().parseFromString(html, "text/html");
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

function put(element, fresh) {
  if (!element.isConnected) return;
  if (busy(element)) {
    held.add(element);
    return;
  }
  held.delete(element);
  changed.clear();
  const after = Idiomorph.morph(element, fresh, {
    morphStyle: "outerHTML",
    ignoreActiveValue: Boolean(document.activeElement?.matches(FIELDS)), // else nothing within what has the focus would follow
    callbacks: { beforeNodeMorphed: note, beforeAttributeUpdated: keepOpen },
  });
  for (const node of after ?? []) if (node.isConnected) htmx.process(node);
  for (const figure of changed) flash(figure);
  document.dispatchEvent(new Event("morphed"));
}

/** Somebody types in it, has typed and not saved, has something of it open, or it is being saved. */
function busy(element) {
  const active = document.activeElement;
  const types = active && element.contains(active) && active.matches(FIELDS);
  const open = "form[data-dirty], .history > li form, .title-field, dialog[open], :popover-open, [aria-busy=true]"; // the second corrects an entry, the third is a line that is written
  return Boolean(types || element.matches(open) || element.querySelector(open));
}

function retry() {
  const ready = [...held].filter((element) => element.isConnected && !busy(element));
  for (const element of [...held]) if (!element.isConnected || ready.includes(element)) held.delete(element);
  if (ready.length) refresh(ready);
}

function note(before, after) {
  if (!(before instanceof Element) || !(after instanceof Element)) return true;
  if (before.matches(".figure, .fact, [data-figure]") && text(before) !== text(after)) changed.add(before);
  return true;
}

const text = (node) => node.textContent.replace(/\s+/g, " ").trim();

/** What a person has opened or closed stays so. */
function keepOpen(name, node) {
  return !(name === "open" && node instanceof HTMLDetailsElement) && name !== "aria-expanded";
}

function flash(figure) {
  if (!figure.isConnected) return;
  figure.classList.remove("is-changed");
  void figure.offsetWidth;
  figure.classList.add("is-changed");
  figure.addEventListener("animationend", () => figure.classList.remove("is-changed"), { once: true });
}
