// The outline, written from the keyboard. Each act is one POST to data-outline-url; the answer is the outline as it is now.
// In a line: arrows move, Enter adds a line below, Shift+Enter one inside, F2 changes the words, Tab and Shift+Tab indent and outdent
// (in a new line: Tab makes it a key result of the objective above, Shift+Tab an objective again),
// Alt+arrows move the line, Delete archives it, Ctrl+Z takes the last act back. Tab leaves the outline until a key or a click
// has begun work in it, and again after Escape, so that nobody is trapped and nothing is indented in passing.
import { refusal } from "./refusal.js";
import { token } from "./token.js";

const UNDO_MOST = 50;
const OUTLINE = "table[data-outline-url]";

const outlineOf = (node) => node.closest?.(OUTLINE);
const rowsOf = (table) => [...table.tBodies[0].rows];
const seen = (table) => rowsOf(table).filter((row) => !row.hidden);
const level = (row) => Number(row.getAttribute("aria-level"));
const title = (row) => row.querySelector(".name")?.textContent.trim() ?? "";
const byRef = (table, ref) => rowsOf(table).find((row) => row.dataset.ref === ref);
const say = (words, act, stays) => document.dispatchEvent(new CustomEvent("toast", { detail: { words, act, stays } }));

const states = new Map(); // id of the outline -> { closed, undo, queue, waiting, working, place }

function stateOf(table) {
  if (!states.has(table.id)) {
    const closed = rowsOf(table).filter((row) => row.getAttribute("aria-expanded") === "false");
    states.set(table.id, { closed: new Set(closed.map((row) => row.dataset.ref)), undo: [], queue: Promise.resolve(), waiting: 0, working: false, place: null });
  }
  return states.get(table.id);
}

/* The tree, read from levels. */

function family(table, row) {
  const rows = rowsOf(table);
  const at = rows.indexOf(row);
  const mine = level(row);
  const back = rows.slice(0, at).reverse();
  const ahead = rows.slice(at + 1);
  const until = (list, stops) => list.slice(0, list.findIndex(stops) === -1 ? list.length : list.findIndex(stops));
  return {
    parent: back.find((other) => level(other) < mine),
    before: until(back, (other) => level(other) < mine).find((other) => level(other) === mine),
    inside: until(ahead, (other) => level(other) <= mine),
    after: until(ahead, (other) => level(other) < mine).filter((other) => level(other) === mine),
  };
}

function show(table) {
  const { closed } = stateOf(table);
  let hiddenBelow = Infinity;
  for (const row of rowsOf(table)) {
    row.hidden = level(row) > hiddenBelow;
    if (!row.hidden) hiddenBelow = Infinity;
    if (!row.hasAttribute("aria-expanded")) continue;
    const shut = closed.has(row.dataset.ref);
    row.setAttribute("aria-expanded", String(!shut));
    if (shut && !row.hidden) hiddenBelow = level(row);
  }
  for (const link of table.querySelectorAll(".name")) link.tabIndex = -1;
  const rows = seen(table);
  if (rows.length && !rows.some((row) => row.tabIndex === 0)) rows[0].tabIndex = 0;
}

function stand(table, row) {
  if (!row) return;
  for (const other of rowsOf(table)) other.tabIndex = other === row ? 0 : -1;
  row.focus();
}

function turn(table, row, shut) {
  const { closed } = stateOf(table);
  closed[shut ? "add" : "delete"](row.dataset.ref);
  show(table);
}

/* Acts. They go out one after the other; each knows its way back. */

function act(table, fields, undo) {
  const state = stateOf(table);
  const run = async () => {
    const given = typeof fields === "function" ? await fields() : fields;
    const current = document.getElementById(table.id);
    const row = given.ref && byRef(current, given.ref);
    try {
      const fresh = await send(current.dataset.outlineUrl, { version: row?.dataset.version ?? "", ...given });
      const focus = fresh.dataset.focus || given.ref;
      put(current, fresh, focus);
      if (undo) state.undo = [...state.undo, undo(focus)].slice(-UNDO_MOST);
      return focus;
    } catch (fault) {
      say(fault.message);
      return null;
    } finally {
      busy(table, -1);
    }
  };
  busy(table, 1);
  state.queue = state.queue.then(run);
  return state.queue;
}

/** An outline is busy from the first act that waits to the end of the last. */
function busy(table, more) {
  const state = stateOf(table);
  state.waiting += more;
  const now = document.getElementById(table.id);
  if (state.waiting) now?.setAttribute("aria-busy", "true");
  else if (now?.hasAttribute("aria-busy")) {
    now.removeAttribute("aria-busy");
    document.dispatchEvent(new Event("saved"));
  }
}

/** The outline as it is after an act, or as it is now where none is given. */
async function send(address, fields) {
  const given = Object.entries(fields ?? {}).filter(([, value]) => value !== "" && value !== undefined);
  const posted = fields && { method: "POST", body: new URLSearchParams(given) };
  let answer;
  try {
    answer = await fetch(address, { ...posted, headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
  } catch {
    throw new Error("Not saved: the server did not answer.");
  }
  const { content, words } = await refusal(answer, "Not saved");
  const table = content.querySelector(OUTLINE);
  if (answer.ok && table) return table;
  throw new Error(words);
}

/** Where somebody writes in a line, neither its words nor the line are taken away. */
function put(table, fresh, focus) {
  const holds = (node, kind) => node instanceof Element && node.matches(kind) && node.querySelector(FIELD);
  const callbacks = {
    beforeNodeRemoved: (node) => !(node instanceof Element && (node.matches(NEW) || holds(node, "tr"))),
    beforeNodeMorphed: (node) => !holds(node, "td"),
  };
  Idiomorph.morph(table, fresh, { morphStyle: "outerHTML", callbacks });
  const now = document.getElementById(table.id);
  now.removeAttribute("data-focus");
  busy(now, 0);
  show(now);
  const row = focus && byRef(now, focus);
  const active = document.activeElement;
  if (row && !active.matches("input") && (now.contains(active) || active === document.body)) stand(now, row);
  keepPlace(now);
}

/** Whoever stood on a line that is gone stands on the one that came in its place. */
function keepPlace(table) {
  const { place } = stateOf(table);
  if (!place || document.activeElement !== document.body || byRef(table, place.ref)) return;
  const rows = seen(table);
  stand(table, rows[Math.min(place.at, rows.length - 1)]);
}

async function undo(table) {
  const state = stateOf(table);
  const steps = state.undo.pop();
  if (!steps) return say("Nothing to undo.");
  busy(table, 1);
  for (const step of steps) await act(document.getElementById(table.id), step);
  busy(table, -1);
}

const acts = {
  indent(table, row) {
    const { before } = family(table, row);
    if (!before) return;
    stateOf(table).closed.delete(before.dataset.ref);
    act(table, { act: "indent", ref: row.dataset.ref }, (ref) => [{ act: "outdent", ref }]);
  },
  outdent(table, row) {
    const { parent, after } = family(table, row);
    if (!parent) return;
    const back = after.map(() => ({ act: "move_up", ref: row.dataset.ref }));
    act(table, { act: "outdent", ref: row.dataset.ref }, (ref) => [{ act: "indent", ref }, ...back]);
  },
  up(table, row) {
    if (family(table, row).before) act(table, { act: "move_up", ref: row.dataset.ref }, (ref) => [{ act: "move_down", ref }]);
  },
  down(table, row) {
    if (family(table, row).after.length) act(table, { act: "move_down", ref: row.dataset.ref }, (ref) => [{ act: "move_up", ref }]);
  },
  archive(table, row) {
    const rows = seen(table);
    const words = `Archived “${title(row)}”`;
    const next = rows[rows.indexOf(row) + family(table, row).inside.length + 1] ?? rows[rows.indexOf(row) - 1];
    const ref = row.dataset.ref;
    act(table, { act: "archive", ref }, () => [{ act: "restore", ref }]).then((done) => {
      const now = document.getElementById(table.id);
      if (done === null) return;
      stand(now, next && byRef(now, next.dataset.ref));
      say(words, () => undo(now));
    });
  },
};

/* Writing. */

/** Lets the words of a line be changed; `words` are those that were refused before. */
function edit(table, row, words = title(row)) {
  const open = row.querySelector(FIELD);
  if (open) return open.focus();
  const { ref } = row.dataset;
  const state = stateOf(table);
  const link = row.querySelector(".name");
  const before = title(row);
  const read = () => byRef(document.getElementById(table.id), ref)?.dataset.version;
  const version = state.waiting ? state.queue.then(read) : read(); // what others save while one writes is not overwritten
  const writing = document.activeElement.matches(FIELD);
  const input = field(words, "Title", !writing);
  link.hidden = true;
  link.after(input);
  if (!writing) input.select();
  let over = false;
  const end = (save) => {
    if (over) return;
    over = true;
    const words = input.value.trim();
    input.remove();
    link.hidden = false;
    stand(table, row);
    if (!save || !words || words === before) return;
    link.textContent = words;
    const fields = async () => ({ act: "rename", ref, title: words, version: await version });
    act(table, fields, () => [{ act: "rename", ref, title: before }]).then((done) => done === null && mend(table, ref, before, words));
  };
  input.addEventListener("blur", () => end(true));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") take(event, () => end(false));
    if (event.key === "Enter") take(event, () => end(true));
    if (event.key === "Tab") take(event, () => (end(true), acts[event.shiftKey ? "outdent" : "indent"](table, row)));
  });
}

/** A line whose words were refused says again what is saved, and the words come back to be mended. */
async function mend(table, ref, before, words) {
  const now = document.getElementById(table.id);
  const row = byRef(now, ref);
  if (row) row.querySelector(".name").textContent = before;
  try {
    put(now, await send(now.dataset.outlineUrl), "");
  } catch {
    // The server does not answer: what one saw before is what there is.
  }
  const line = byRef(now, ref);
  if (line) edit(now, line, words);
  else say(`Not saved: “${words}”`, null, true);
}

/* New lines. One is typed in a row of its own, which knows its level and kind before it is saved; the next can be typed
   while the one before is on its way. Should a line be refused, its words come back to be mended. */

const NEW = "tr[data-new]";
const FIELD = "input.title-field";
const written = new WeakMap(); // row of a new line that was sent -> promise of the ref it got
let count = 0;

const refOf = (row) => written.get(row) ?? Promise.resolve(row.dataset.ref);
const isKeyResult = (row) => row.dataset.kind === "key_result";
const lastOf = (table, row) => family(table, row).inside.at(-1) ?? row;

/** A new line after `row` and what is inside it, or inside `row` as its first key result. */
function add(table, row, inside) {
  const within = inside && row && !isKeyResult(row);
  if (within) turn(table, row, false);
  const line = document.createElement("tr");
  line.id = `new-line-${(count += 1)}`;
  line.dataset.new = "";
  line.setAttribute("role", "row");
  line.insertCell().className = "title";
  line.cells[0].colSpan = 4;
  set(line, row ? level(row) + (within ? 1 : 0) : 1, within || (row && isKeyResult(row)));
  const before = within ? row : row && lastOf(table, row);
  if (before) before.after(line);
  else table.tBodies[0].append(line);
  type(line, "", row);
}

function set(line, depth, keyResult) {
  line.setAttribute("aria-level", String(depth));
  line.dataset.kind = keyResult ? "key_result" : "objective";
}

/** Lets words be typed in a new line; `back` is where one stands afterwards if it stays empty. */
function type(line, words, back) {
  const table = () => outlineOf(line);
  const box = document.createElement("div");
  const dot = document.createElement("span");
  dot.className = "twist";
  const input = field(words, "Title of the new line");
  box.append(dot, input);
  line.cells[0].replaceChildren(box);
  input.focus();
  let over = false;
  let moving = false;
  const leave = (row) => {
    over = true;
    const here = table();
    line.remove();
    stand(here, row?.isConnected ? row : ((row && byRef(here, row.dataset.ref)) ?? seen(here)[0]));
  };
  const end = (goOn) => {
    if (over || moving || !line.isConnected) return;
    const title = input.value.trim();
    if (!title) return leave(back);
    over = true;
    const here = table();
    save(here, line, title);
    if (goOn) add(here, line, false);
  };
  const move = (where) => {
    moving = true;
    where(table(), line);
    input.focus();
    moving = false;
  };
  input.addEventListener("blur", () => end(false));
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") take(event, () => leave(back));
    if (event.key === "Enter") take(event, () => end(true));
    if (event.key === "Tab") take(event, () => move(event.shiftKey ? further : nearer));
  });
}

/** Tab: what would be an objective becomes the next key result of the objective above it. */
function nearer(table, line) {
  const { before } = family(table, line);
  if (isKeyResult(line) || !before || isKeyResult(before)) return;
  turn(table, before, false);
  const inside = family(table, before).inside.filter((row) => level(row) === level(before) + 1 && isKeyResult(row) && row !== line);
  set(line, level(before) + 1, true);
  (inside.at(-1) ?? before).after(line);
}

/** Shift+Tab: a key result becomes an objective after its own; an objective comes after the one that it would serve. */
function further(table, line) {
  const { parent } = family(table, line);
  if (!parent) return;
  set(line, level(parent), false);
  const last = family(table, parent).inside.filter((row) => row !== line).at(-1) ?? parent;
  last.after(line);
}

/** Sends a new line, after those that were typed before it; when it is refused, its words can be mended. */
function save(table, line, title) {
  const { parent, before } = family(table, line);
  const keyResult = isKeyResult(line);
  const beside = before && isKeyResult(before) === keyResult ? before : null;
  const [where, which] = beside ? ["after", beside] : keyResult && parent ? ["under", parent] : ["after", null];
  const words = document.createElement("span");
  words.className = "name";
  words.dir = "auto";
  words.textContent = title;
  line.cells[0].querySelector("input").replaceWith(words);
  line.setAttribute("aria-busy", "true");
  const fields = async () => {
    const ref = which ? await refOf(which) : "";
    if (ref === null) throw new Error("Not saved: the line above it was refused.");
    return { act: "add", title, [where]: ref };
  };
  const saving = act(table, fields, (made) => [{ act: "archive", ref: made }]).then((made) => {
    line.removeAttribute("aria-busy");
    if (made) {
      line.remove();
      line.dataset.ref = made; // for whoever comes back to it
    } else if (line.isConnected) type(line, title, null);
    return made;
  });
  written.set(line, saving);
}

function field(value, label, focused = true) {
  const input = document.createElement("input");
  input.className = "title-field";
  input.value = value;
  input.dir = "auto";
  input.maxLength = 500;
  input.setAttribute("aria-label", label);
  if (focused) queueMicrotask(() => input.focus());
  return input;
}

function take(event, what) {
  event.preventDefault();
  event.stopPropagation();
  what();
}

/* Keys and clicks. */

document.addEventListener("keydown", (event) => {
  const table = outlineOf(event.target);
  const row = event.target.closest?.("tr[data-ref]");
  if (!table || event.defaultPrevented || event.target.matches("input")) return;
  const state = stateOf(table);
  if (!row) return;
  const inLink = event.target.matches(".name");
  const what = inLink ? linkKey(event, table, row) : rowKey(event, table, row, state);
  if (!what) return;
  take(event, what);
  if (event.key !== "Escape") state.working = true;
});

function linkKey(event, table, row) {
  return ["ArrowLeft", "Escape"].includes(event.key) ? () => stand(table, row) : null;
}

function rowKey(event, table, row, state) {
  const rows = seen(table);
  const at = rows.indexOf(row);
  const { parent } = family(table, row);
  const open = row.getAttribute("aria-expanded");
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !event.shiftKey) return () => undo(table);
  if (event.ctrlKey || event.metaKey) return null;
  if (event.altKey) {
    const move = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "indent", ArrowLeft: "outdent" }[event.key];
    return move ? () => acts[move](table, row) : null;
  }
  const keys = {
    ArrowDown: () => stand(table, rows[at + 1]),
    ArrowUp: () => stand(table, rows[at - 1]),
    Home: () => stand(table, rows[0]),
    End: () => stand(table, rows.at(-1)),
    ArrowRight: () => (open === "false" ? turn(table, row, false) : row.querySelector(".name")?.focus()),
    ArrowLeft: () => (open === "true" ? turn(table, row, true) : stand(table, parent)),
    Enter: () => add(table, row, event.shiftKey),
    F2: () => edit(table, row),
    Delete: () => acts.archive(table, row),
    Escape: () => {
      state.working = false;
    },
  };
  if (event.key === "Tab" && state.working) return () => acts[event.shiftKey ? "outdent" : "indent"](table, row);
  return keys[event.key] ?? null;
}

document.addEventListener("click", (event) => {
  const table = outlineOf(event.target);
  const row = event.target.closest?.("tr[data-ref]");
  if (!table || !row || event.target.closest("a, input")) {
    const adds = event.target.closest?.("[data-outline-add]");
    const outline = adds && document.getElementById(adds.dataset.outlineAdd);
    if (outline) add(outline, rowsOf(outline).findLast((one) => level(one) === 1), false);
    return;
  }
  if (event.target.closest("button.twist")) turn(table, row, row.getAttribute("aria-expanded") === "true");
  stand(table, row);
  stateOf(table).working = true;
});

document.addEventListener("dblclick", (event) => {
  const table = outlineOf(event.target);
  const row = event.target.closest?.("tr[data-ref]");
  if (table && row && !event.target.closest("a, button, input")) edit(table, row);
});

document.addEventListener("focusin", (event) => {
  const table = outlineOf(event.target);
  const row = event.target.closest?.("tr[data-ref]");
  if (table && row) stateOf(table).place = { ref: row.dataset.ref, at: seen(table).indexOf(row) };
});

document.addEventListener("focusout", (event) => {
  const table = outlineOf(event.target);
  if (!table) return;
  if (event.relatedTarget && !table.contains(event.relatedTarget)) stateOf(table).working = false;
  setTimeout(() => event.target.isConnected && !table.contains(document.activeElement) && (stateOf(table).place = null)); // not taken away, but left
});

document.addEventListener("morphed", () => document.querySelectorAll(OUTLINE).forEach((table) => (show(table), keepPlace(table))));
document.querySelectorAll(OUTLINE).forEach(show);
