// One stream of hints a page. A hint says that a topic changed; the parts that show it are fetched again.
import { now, set, wallClock } from "./clock.js";
import { word } from "./words.js";

const PAUSE = 300; // at most one fetch per part in so many milliseconds
const SILENCE = 40_000; // a server that sends beats sends one every fifteen seconds
const HIDDEN = 10_000; // a page nobody sees gives its connection back after this
const REST = 5000; // a part that only grew old rests so long between two fetches, however fast the clinic's clock runs
const RETRY = [500, 1000, 2000, 5000, 10_000];
const light = document.getElementById("live");

let seen = document.querySelector('meta[name="live-position"]')?.content ?? ""; // the last event the page knows of
let stream = null;
let listening = "";
let heardAt = performance.now();
let failures = 0;
let beats = false;
let retry = null;
let hiding = null;
const waiting = new Set(); // parts that changed while somebody was typing in them
const lately = new WeakMap();
const fetchedFrom = new WeakMap(); // request -> the address at which its part was to be fetched
const ages = new WeakMap();

const parts = () => [...document.querySelectorAll("[data-live-topic]")];
const topicsOf = (part) => part.dataset.liveTopic.split(/\s+/).filter(Boolean);
const isLive = (ctx) => ctx?.sourceEvent?.type === "live";
const addressOf = (part) => part.getAttribute("hx-get") ?? part.getAttribute("hx-post");
const EDITABLE = "input:not([type=hidden]), textarea, select, [contenteditable]";

// Whether something stands in a field that the page did not put there.
function isTouched(one) {
  if (one.matches("[type=checkbox], [type=radio]")) return one.checked !== one.defaultChecked;
  if (one.matches("select")) return one.selectedIndex !== Math.max(0, [...one.options].findLastIndex((each) => each.defaultSelected));
  return one.value !== one.defaultValue;
}

function isBusy(part) {
  const focused = document.activeElement;
  if (focused && focused !== part && part.contains(focused) && focused.matches(EDITABLE)) return true;
  // What was filled in, but not sent, is not taken away where a part says so.
  if (part.matches("[data-live-keeps]") && [...part.querySelectorAll(EDITABLE)].some(isTouched)) return true;
  return Boolean(part.querySelector("dialog[open], details[open]:not([data-opened]), [data-keep-open]")) ||
    [...part.querySelectorAll("[popover]")].some((menu) => menu.matches(":popover-open"));
}

function refresh(part) {
  if (!part.isConnected) return;
  if (isBusy(part)) {
    waiting.add(part);
    return;
  }
  const state = lately.get(part) ?? {};
  if (state.timer) return;
  const rest = PAUSE - (performance.now() - (state.at ?? -PAUSE));
  if (rest > 0) {
    state.timer = setTimeout(() => { state.timer = null; refresh(part); }, rest);
  } else {
    state.at = performance.now();
    part.dispatchEvent(new CustomEvent("live", { bubbles: false }));
  }
  lately.set(part, state);
}

// The hint that this part changed is not said twice: fetch it until it came, ever more slowly.
function refreshLater(part, response) {
  if (!part.isConnected) return;
  const state = lately.get(part) ?? {};
  const asked = 1000 * (Number(response?.headers.get("Retry-After")) || 0);
  const pause = Math.max(asked, RETRY[Math.min(state.failures ?? 0, RETRY.length - 1)]);
  state.failures = (state.failures ?? 0) + 1;
  clearTimeout(state.timer);
  state.timer = setTimeout(() => { state.timer = null; refresh(part); }, pause * (1 + Math.random() / 2)); // pages come back one by one
  lately.set(part, state);
}

export function refreshAll() {
  parts().forEach(refresh);
}

function refreshIdle() {
  for (const part of waiting) {
    if (!part.isConnected) waiting.delete(part);
    else if (!isBusy(part)) {
      waiting.delete(part);
      refresh(part);
    }
  }
}

// Who is expected soon and who is late changes by the clock alone.
function refreshAged() {
  if (document.hidden) return;
  for (const part of document.querySelectorAll("[data-live-every]")) {
    const age = Math.floor(now() / 60_000 / Number(part.dataset.liveEvery));
    const isNew = !ages.has(part);
    if (!isNew && (ages.get(part) === age || performance.now() - (lately.get(part)?.at ?? 0) < REST)) continue;
    ages.set(part, age);
    if (!isNew) refresh(part);
  }
}

// Past midnight a page that listens to the day that is over is asked for anew, as soon as nobody is in the middle of
// something. One about another day, which its address names, stays as it is.
const zone = document.querySelector('meta[name="clinic-now"]')?.dataset.zone;
const dayOf = zone ? (instant) => new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(instant) : () => "";
const openedOn = dayOf(now());

function isInUse() {
  const typed = [...document.querySelectorAll("input:not([type=hidden]), textarea")].some((one) => one.value !== one.defaultValue);
  return typed || Boolean(document.querySelector("dialog[open], [data-keep-open]"));
}

function followDay() {
  if (document.hidden || dayOf(now()) <= openedOn || performance.now() < REST) return;
  const isOver = parts().some((part) => topicsOf(part).some((topic) => topic.includes(`:${openedOn}~`)));
  if (isOver && !isInUse()) location.reload();
}

function heard() {
  heardAt = performance.now();
  failures = 0;
  show();
}

function changed(event) {
  heard();
  seen = event.lastEventId || seen;
  const topics = new Set(JSON.parse(event.data).topics);
  if (light) light.dataset.last = wallClock();
  parts().filter((part) => topicsOf(part).some((topic) => topics.has(topic))).forEach(refresh);
}

function beat(event) {
  beats = true;
  seen = event.lastEventId || seen;
  heard();
  try {
    const said = JSON.parse(event.data);
    if (said.now) set(said.now, said.speed);
  } catch { /* a beat without a word is still a beat */ }
}

function connect() {
  const topics = [...new Set(parts().flatMap(topicsOf))].sort();
  const wanted = topics.join(",");
  if (stream && wanted === listening && stream.readyState !== EventSource.CLOSED) return;
  const before = stream;
  listening = wanted;
  if (!wanted) {
    before?.close();
    stream = null;
    show();
    return;
  }
  const address = new URLSearchParams({ topics: wanted });
  if (seen) address.set("after", seen);
  const next = new EventSource(`/live?${address}`);
  stream = next;
  next.addEventListener("open", () => {
    heard();
    before?.close();
    // What changed while nobody listened was not announced; the server repeats it only from a known point.
    if (!seen) refreshAll();
    if (light) light.dataset.stream = "open";
  });
  next.addEventListener("changed", changed);
  next.addEventListener("reset", (event) => {
    heard();
    seen = event.lastEventId || seen;
    refreshAll();
  });
  for (const name of ["heartbeat", "beat", "message"]) next.addEventListener(name, beat);
  next.addEventListener("error", () => {
    if (stream !== next) return;
    show();
    if (next.readyState === EventSource.CLOSED) again();
  });
}

// The browser itself tries again after a broken line, not after a refusal.
function again() {
  clearTimeout(retry);
  const pause = RETRY[Math.min(failures, RETRY.length - 1)];
  failures += 1;
  retry = setTimeout(() => { stream?.close(); stream = null; connect(); }, pause);
}

export function isStale() {
  if (!listening || document.hidden) return false;
  const deaf = !stream || stream.readyState !== EventSource.OPEN;
  if (!deaf && !beats) return false; // an open line is all we can know
  return performance.now() - heardAt > (deaf ? 5000 : SILENCE);
}

function show() {
  if (!light) return;
  const stale = isStale();
  const text = stale
    ? word("stale", { seconds: Math.round((performance.now() - heardAt) / 1000) })
    : light.matches(".yl-live") ? word("live") : "";
  const label = light.querySelector("[data-live-word]");
  light.classList.toggle("is-stale", stale);
  if (label && label.textContent !== text) label.textContent = text;
  const time = light.querySelector("time");
  if (time) time.hidden = stale;
}

function leave() {
  clearTimeout(retry);
  stream?.close();
  stream = null;
  listening = "";
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(hiding);
  if (document.hidden) {
    hiding = setTimeout(leave, HIDDEN);
  } else if (!stream) {
    heardAt = performance.now();
    failures = 1;
    connect();
  }
});
window.addEventListener("pagehide", leave);
window.addEventListener("pageshow", (event) => event.persisted && connect());
document.addEventListener("focusout", () => setTimeout(refreshIdle));
document.addEventListener("toggle", () => setTimeout(refreshIdle), true);
document.addEventListener("close", () => setTimeout(refreshIdle), true);
document.addEventListener("htmx:after:swap", () => setTimeout(connect));
// Somebody began to type while the part was on its way: keep their words, take the part later.
// A part that has left the page meanwhile, with the one around it, has no place to go to. One of which its reader
// meanwhile asked to see more or less was fetched as they no longer want it: it is fetched anew.
document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  if (!isLive(ctx)) return;
  const part = ctx.sourceElement;
  const isOther = fetchedFrom.get(ctx) !== addressOf(part);
  if (part.isConnected && !isBusy(part) && !isOther) return;
  if (part.isConnected) waiting.add(part);
  event.preventDefault();
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (!isLive(ctx)) return;
  const { status } = ctx.response;
  const state = lately.get(ctx.sourceElement);
  if (status === 429 || status >= 500) refreshLater(ctx.sourceElement, ctx.response);
  else if (state) state.failures = 0;
});
document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (isLive(ctx) && ctx.text === undefined) refreshLater(ctx.sourceElement); // nothing, or half of it, arrived
});
// A part that is fetched because of others is no use of the page: the server lets an idle session end.
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  if (!isLive(ctx)) return;
  ctx.request.headers["X-Yilu-Unattended"] = "1";
  fetchedFrom.set(ctx, addressOf(ctx.sourceElement));
});
connect();
setInterval(() => { show(); refreshIdle(); refreshAged(); followDay(); }, 1000);
window.yilu = { ...window.yilu, refreshAll };
