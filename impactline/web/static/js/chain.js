// The picture of a chain. Arrows move along columns and links, Enter or a click selects and lights up the whole path both ways,
// `l` or dragging from one item to another links them, + and - zoom, 0 shows all, Escape lets go. Without script each item is a link.
import { refusal } from "./refusal.js";
import { token } from "./token.js";

const view = document.querySelector("[data-chain]");
const STEP = 1.25;
const SMALLEST = 0.1;
const LARGEST = 2.5;
const FAR = 0.45;
const DRAG = 8;
const SVG = "http://www.w3.org/2000/svg";

let zoom = 1;
let chosen = "";
let source = "";
let drawing = null;

const say = (words) => document.dispatchEvent(new CustomEvent("toast", { detail: { words } }));
const svg = () => view.querySelector("svg");
const nodeOf = (ref) => known().nodes.get(ref);
const top = (node) => node.firstElementChild.y.baseVal.value;

if (view) start();

function start() {
  document.querySelector("[data-chain-tools]").hidden = false;
  zoom = remembered("zoom", null) ?? Math.max(0.7, Math.min(1, view.clientWidth / natural().width));
  apply();
  view.scrollLeft = remembered("left", 0);
  view.scrollTop = remembered("top", 0);
  chosen = new URLSearchParams(location.search).get("item") ?? "";
  refresh();
  document.addEventListener("morphed", () => ((drawing = null), apply(), refresh()));
  addEventListener("pagehide", remember);
  view.addEventListener("click", click);
  view.addEventListener("keydown", press);
  view.addEventListener("focusin", (event) => event.target.matches(".node") && (rove(event.target), ring(event.target)));
  view.addEventListener("focusout", () => ring(null));
  view.addEventListener("wheel", wheel, { passive: false });
  view.addEventListener("pointerdown", grab);
  view.addEventListener("dragstart", (event) => event.preventDefault());
  document.addEventListener("click", (event) => {
    const way = event.target.closest?.("[data-chain-zoom]")?.dataset.chainZoom;
    if (way) turn(way);
  });
}

/* Zoom: the drawing is shown at another scale on a ground of that size, and the view scrolls. Nothing in it is laid out anew. */

function natural() {
  const [, , width, height] = svg().getAttribute("viewBox").split(" ").map(Number);
  return { width, height };
}

function apply() {
  const { width, height } = natural();
  const ground = svg().parentElement;
  ground.style.inlineSize = `${Math.round(width * zoom)}px`;
  ground.style.blockSize = `${Math.round(height * zoom)}px`;
  svg().style.transform = `scale(${zoom})`;
  put(svg(), "is-far", zoom < FAR);
}

function turn(way, at = null) {
  const { width, height } = natural();
  const before = zoom;
  const fit = Math.min(view.clientWidth / width, Math.max(240, innerHeight * 0.75) / height);
  const wanted = { in: zoom * STEP, out: zoom / STEP, fit }[way];
  zoom = Math.min(LARGEST, Math.max(SMALLEST, wanted));
  const x = at?.x ?? view.clientWidth / 2;
  const y = at?.y ?? view.clientHeight / 2;
  const left = ((view.scrollLeft + x) * zoom) / before - x;
  const up = ((view.scrollTop + y) * zoom) / before - y;
  apply();
  view.scrollTo(left, up);
}

/** With the keyboard: the item on which one stands stays where it is. */
function turnAbout(way, node) {
  if (!node) return turn(way);
  const [box, frame] = [node.getBoundingClientRect(), view.getBoundingClientRect()];
  turn(way, { x: box.left + box.width / 2 - frame.left, y: box.top + box.height / 2 - frame.top });
  node.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function wheel(event) {
  if (!event.ctrlKey && !event.metaKey) return;
  event.preventDefault();
  const box = view.getBoundingClientRect();
  turn(event.deltaY < 0 ? "in" : "out", { x: event.clientX - box.left, y: event.clientY - box.top });
}

function remembered(name, otherwise) {
  try {
    const found = JSON.parse(sessionStorage.getItem(`chain:${location.pathname}`) ?? "{}");
    return found[name] ?? otherwise;
  } catch {
    return otherwise;
  }
}

function remember() {
  try {
    const state = { zoom, left: view.scrollLeft, top: view.scrollTop };
    sessionStorage.setItem(`chain:${location.pathname}`, JSON.stringify(state));
  } catch {
    // Without storage the picture begins anew.
  }
}

/* Selecting. */

/** The drawing as it was read last: items by ref, columns, links from and to each item, what is lit. */
function known() {
  if (drawing) return drawing;
  const nodes = new Map([...view.querySelectorAll(".items > .node")].map((node) => [node.dataset.ref, node]));
  const links = [...view.querySelectorAll(".links > .link")].map((link) => ({ link, source: link.dataset.source, target: link.dataset.target }));
  const columns = new Map();
  for (const node of nodes.values()) among(columns, Number(node.dataset.column)).push(node);
  const [after, before] = [new Map(), new Map()];
  for (const one of links) {
    among(after, one.source).push(one);
    among(before, one.target).push(one);
  }
  for (const part of view.querySelectorAll(".is-dim")) part.classList.remove("is-dim");
  const lit = new Set(view.querySelectorAll(".is-lit"));
  drawing = { nodes, columns, after, before, lit, marked: new Set(), current: null };
  return drawing;
}

function among(map, key) {
  if (!map.has(key)) map.set(key, []);
  return map.get(key);
}

function refresh() {
  const { nodes } = known();
  if (chosen && !nodeOf(chosen)) chosen = "";
  const every = [...nodes.values()];
  const current = nodeOf(chosen) ?? every.find((node) => node.getAttribute("tabindex") === "0") ?? every[0];
  for (const node of every) node.setAttribute("tabindex", node === current ? "0" : "-1");
  drawing.current = current;
  light();
}

function rove(node) {
  const { current } = known();
  if (current && current !== node) current.setAttribute("tabindex", "-1");
  node.setAttribute("tabindex", "0");
  drawing.current = node;
}

/**
 * Lights up the path of the chosen item. Only its members are touched: the drawing as a whole is dimmed, and they are shown once more
 * above it. A class on each of some thousand others, or an opacity of their own, would make the browser look at all of them.
 */
function light() {
  const { nodes, lit, marked } = known();
  const now = chosen ? new Set([...reach("before", "source"), ...reach("after", "target")]) : new Set();
  for (const part of lit) if (!now.has(part)) part.classList.remove("is-lit");
  for (const part of now) if (!lit.has(part)) part.classList.add("is-lit");
  for (const node of marked) node.classList.remove("is-chosen", "is-source");
  nodes.get(chosen)?.classList.add("is-chosen");
  nodes.get(source)?.classList.add("is-source");
  drawing.lit = now;
  drawing.marked = new Set([nodes.get(chosen), nodes.get(source)].filter(Boolean));
  put(svg(), "has-choice", Boolean(chosen));
  above("lit").replaceChildren(...[...new Set([...now, ...drawing.marked])].map(again));
}

/** A layer over the drawing, in which parts of it are shown once more; seen by eyes only. */
function above(name) {
  const there = svg().querySelector(`:scope > .above.${name}`);
  if (there) return there;
  const layer = document.createElementNS(SVG, "g");
  layer.setAttribute("class", `above ${name}`);
  layer.setAttribute("aria-hidden", "true");
  svg().append(layer);
  return layer;
}

function again(part) {
  const shown = part.cloneNode(true);
  for (const name of ["id", "href", "tabindex", "aria-label", "data-ref", "data-column", "data-source", "data-target"]) shown.removeAttribute(name);
  return shown;
}

/** Whoever moves by keyboard among what is dimmed sees where they stand. */
function ring(node) {
  const shown = chosen && node?.matches(":focus-visible") ? [again(node)] : [];
  for (const one of shown) one.classList.add("is-focused");
  above("ring").replaceChildren(...shown);
}

/** A class is written only where it changes: each write makes the browser look at the part again. */
function put(part, name, wanted) {
  if (part.classList.contains(name) !== wanted) part.classList.toggle(name, wanted);
}

/** All that the chosen item reaches by following links one way, feedback left out: items, and the links among them; links first. */
function reach(side, far) {
  const { nodes } = known();
  const found = new Set([chosen]);
  const along = [];
  for (const ref of found) {
    for (const one of known()[side].get(ref) ?? []) {
      if (one.link.classList.contains("enables")) continue;
      along.push(one.link);
      found.add(one[far]);
    }
  }
  return [...along, ...[...found].map((ref) => nodes.get(ref)).filter(Boolean)];
}

async function select(ref) {
  chosen = ref;
  light();
  const address = `${view.dataset.chainHere}?item=${encodeURIComponent(ref)}`;
  history.replaceState(history.state, "", address);
  try {
    const answer = await fetch(address, { headers: { "HX-Request": "true" } });
    if (!answer.ok || chosen !== ref) return;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    const box = document.getElementById("chosen");
    box.replaceChildren(...template.content.children);
    htmx.process(box);
  } catch {
    say("The server did not answer.");
  }
}

function letGo() {
  chosen = "";
  source = "";
  history.replaceState(history.state, "", view.dataset.chainHere);
  document.getElementById("chosen").replaceChildren();
  light();
}

function click(event) {
  const node = event.target.closest(".node");
  if (!node || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const ref = node.dataset.ref;
  if (source && source !== ref) return join(source, ref);
  if (chosen === ref && event.detail !== 1) return document.querySelector("#chosen a, #chosen input")?.focus();
  node.focus();
  select(ref);
}

/* Keys. */

function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const zooming = { "+": "in", "=": "in", "-": "out", "−": "out", 0: "fit" }[event.key];
  const node = event.target.closest(".node");
  const what = zooming ? () => turnAbout(zooming, node) : node ? keyOf(event.key, node) : enter(event.key);
  if (!what) return;
  event.preventDefault();
  event.stopPropagation();
  what();
}

/** From the view itself an arrow goes to the item one stood on last. */
function enter(key) {
  if (key === "Escape") return letGo;
  const first = known().current;
  return key === "Enter" && first ? () => stand(first) : null;
}

function keyOf(key, node) {
  const column = known().columns.get(Number(node.dataset.column));
  const at = column.indexOf(node);
  const keys = {
    ArrowDown: () => stand(column[at + 1]),
    ArrowUp: () => stand(column[at - 1]),
    Home: () => stand(column[0]),
    End: () => stand(column.at(-1)),
    ArrowRight: () => stand(along(node, "source", "target", 1)),
    ArrowLeft: () => stand(along(node, "target", "source", -1)),
    Escape: letGo,
    l: () => mark(node),
  };
  return keys[key] ?? null;
}

/** Along a link to its nearest end; without a link, to the nearest item of the next column. */
function along(node, near, far, step) {
  const { nodes, columns, after, before } = known();
  const tied = (near === "source" ? after : before).get(node.dataset.ref) ?? [];
  const linked = tied.map((link) => nodes.get(link[far])).filter(Boolean);
  const order = [...columns.keys()].sort((one, other) => one - other);
  const next = order[order.indexOf(Number(node.dataset.column)) + step];
  const beside = linked.length ? linked : [...(columns.get(next) ?? [])];
  return beside.sort((one, other) => Math.abs(top(one) - top(node)) - Math.abs(top(other) - top(node)))[0];
}

function stand(node) {
  if (!node) return;
  rove(node);
  node.focus({ preventScroll: true });
  node.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/* Linking. */

function mark(node) {
  if (!view.dataset.chainJoin) return;
  const ref = node.dataset.ref;
  if (source && source !== ref) return join(source, ref);
  source = source === ref ? "" : ref;
  light();
  if (source) say("Choose where it leads, then press l or Enter.");
}

async function join(from, to) {
  source = "";
  light();
  let answer;
  try {
    const body = new URLSearchParams({ source: from, target: to });
    answer = await fetch(view.dataset.chainJoin, { method: "POST", body, headers: { "X-CSRFToken": token(), "HX-Request": "true" } });
  } catch {
    return say("Not linked: the server did not answer.");
  }
  if (answer.ok) {
    document.dispatchEvent(new Event("saved"));
    say("Linked.");
    return select(from);
  }
  return say((await refusal(answer, "Not linked")).words);
}

/* The mouse: from an item a line is drawn, from the ground the view is moved. Fingers scroll. */

function grab(event) {
  if (event.pointerType === "touch" || event.button !== 0) return;
  const node = event.target.closest(".node");
  const from = { x: event.clientX, y: event.clientY, left: view.scrollLeft, top: view.scrollTop };
  let line = null;
  const move = (now) => {
    const [dx, dy] = [now.clientX - from.x, now.clientY - from.y];
    if (!node) {
      view.classList.add("is-moving");
      view.scrollTo(from.left - dx, from.top - dy);
    } else if (view.dataset.chainJoin && (line || Math.hypot(dx, dy) > DRAG)) {
      line ??= drawn(from);
      const end = point(now.clientX, now.clientY);
      line.setAttribute("x2", String(end.x));
      line.setAttribute("y2", String(end.y));
    }
  };
  const end = (now) => {
    removeEventListener("pointermove", move);
    removeEventListener("pointerup", end);
    view.classList.remove("is-moving");
    if (!line) return;
    line.remove();
    if (view.contains(now.target)) view.addEventListener("click", (late) => (late.preventDefault(), late.stopPropagation()), { once: true, capture: true });
    const other = document.elementFromPoint(now.clientX, now.clientY)?.closest(".node");
    if (other && other !== node) join(node.dataset.ref, other.dataset.ref);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end);
}

function drawn(from) {
  const line = document.createElementNS(SVG, "line");
  const at = point(from.x, from.y);
  line.setAttribute("class", "joining");
  line.setAttribute("x1", String(at.x));
  line.setAttribute("y1", String(at.y));
  svg().append(line);
  return line;
}

function point(x, y) {
  return new DOMPoint(x, y).matrixTransform(svg().getScreenCTM().inverse());
}

/* The picture as PNG, drawn from the SVG file at twice its size. */

for (const button of document.querySelectorAll("[data-chain-png]")) {
  button.hidden = false;
  button.addEventListener("click", () => save(button.dataset.chainPng, button.dataset.chainName));
}

async function save(address, name) {
  try {
    const text = await (await fetch(address)).text();
    const image = new Image();
    image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
    await image.decode();
    const scale = Math.min(2, 8_000 / Math.max(image.naturalWidth, image.naturalHeight));
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth * scale;
    canvas.height = image.naturalHeight * scale;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.href = canvas.toDataURL("image/png");
    link.download = name;
    link.click();
  } catch {
    say("The picture could not be made.");
  }
}
