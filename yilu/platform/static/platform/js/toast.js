// What was done, with its undo; what was refused, without losing what was typed.
import { now } from "./clock.js";
import { isReplaced } from "./replaced.js";
import { icon, word } from "./words.js";

const STAYS = 20_000;
const MOST = 3;
const KEPT = 12;
const CARRIED = "yilu-toast";
const OFFERS = "yilu-offers";
const shelf = document.getElementById("toasts");
const undoable = [];

function button(label, deed, className = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = label;
  made.addEventListener("click", deed);
  return made;
}

function closer(toast) {
  const made = button("", () => toast.remove(), "yl-toast-x");
  made.setAttribute("aria-label", word("close"));
  made.append(icon("close"));
  return made;
}

function put(toast, stays) {
  shelf.append(toast);
  while (shelf.children.length > MOST) shelf.firstElementChild.remove();
  let timer = setTimeout(() => toast.remove(), stays);
  const hold = () => clearTimeout(timer);
  const release = () => { timer = setTimeout(() => toast.remove(), stays / 2); };
  toast.addEventListener("pointerenter", hold);
  toast.addEventListener("pointerleave", release);
  toast.addEventListener("focusin", hold);
  toast.addEventListener("focusout", release);
}

function left(deed) {
  const seconds = Math.max(0, Math.ceil((deed.until - Date.now()) / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

function undo(deed) {
  if (deed.gone) return;
  deed.gone = true;
  deed.toast.remove();
  drawNotices();
  window.htmx.ajax("POST", deed.undo, { swap: "none", values: { request_key: crypto.randomUUID?.() ?? String(Math.random()).slice(2) } });
}

export function done({ text, undo: address, seconds = 0 }) {
  if (!shelf || !text) return;
  offer({ text, undo: address, until: Date.now() + seconds * 1000, at: now(), made: Date.now() });
}

// `at` is clinic time, for the list; the rest is the reader's own: a second thought takes as long as it takes.
function offer({ text, undo: address, until, at, made }) {
  const toast = document.createElement("div");
  toast.className = "yl-toast";
  const words = document.createElement("span");
  words.className = "yl-grow";
  words.textContent = text;
  toast.append(icon("done"), words);
  const deed = { text, undo: address, until, at, made, toast, gone: false };
  undoable.push(deed);
  if (undoable.length > KEPT) undoable.shift();
  if (address) {
    deed.button = button("", () => undo(deed));
    toast.append(deed.button);
  }
  toast.append(closer(toast));
  if (Date.now() - made < STAYS) put(toast, STAYS);
  count();
  drawNotices();
}

export function refused(text) {
  if (!shelf || !text) return;
  const toast = document.createElement("div");
  toast.className = "yl-toast is-refused";
  toast.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.className = "yl-grow";
  words.textContent = text;
  toast.append(icon("refused"), words, closer(toast));
  put(toast, STAYS);
}

function count() {
  for (const deed of undoable) {
    if (!deed.button) continue;
    if (deed.until <= Date.now()) {
      deed.gone = true;
      deed.button.remove();
      deed.button = null;
    } else {
      deed.button.textContent = `${word("undo")} ${left(deed)}`;
    }
  }
}

function drawNotices() {
  const list = document.querySelector("[data-notices]");
  if (!list) return;
  const time = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    timeZone: document.querySelector('meta[name="clinic-now"]')?.dataset.zone ?? "Asia/Shanghai" });
  list.replaceChildren(...[...undoable].reverse().map((deed) => {
    const row = document.createElement("div");
    row.className = "yl-row";
    const at = document.createElement("span");
    at.className = "yl-xs yl-3rd";
    at.textContent = time.format(deed.at);
    const words = document.createElement("span");
    words.textContent = deed.text;
    const back = deed.undo && !deed.gone ? button(word("undo"), () => undo(deed), "btn btn-quiet btn-mini") : "";
    row.append(at, words, back);
    return row;
  }));
  document.querySelector("[data-no-notices]").hidden = undoable.length > 0;
  document.querySelector("[data-notice-dot]").hidden = !undoable.some((deed) => !deed.gone);
}

export function raised(ctx) {
  const header = ctx.response?.headers?.get("HX-Trigger");
  if (!header?.startsWith("{")) return {};
  try {
    return JSON.parse(header);
  } catch {
    return {};
  }
}

// The sentence of a refusal: ours if the answer is our part, a general one for anything else.
function sentence(ctx) {
  const page = new DOMParser().parseFromString(ctx.text ?? "", "text/html");
  const ours = page.querySelector("[data-refusal]");
  if (ours) return ours.textContent.trim();
  if (ctx.response.status === 401) return word("signedOut");
  return word("failed");
}

const slotFor = (ctx) => ctx.sourceElement.closest("dialog, form")?.querySelector("[data-errors]");

function tell(ctx) {
  const text = sentence(ctx);
  const slot = slotFor(ctx);
  if (!slot) return refused(text);
  const note = document.createElement("div");
  note.className = "yl-note yl-s yl-s-late";
  note.setAttribute("role", "alert");
  const words = document.createElement("span");
  words.textContent = text;
  note.append(icon("refused"), words);
  slot.replaceChildren(note);
}

const isLive = (ctx) => ctx.sourceEvent?.type === "live";
const SWAPPED = new Set([412, 422]); // the form again, with what is wrong in it

// A refusal without a form has no place of its own: put into that of the form or part it came from,
// it would wipe that, and a button that replaces nothing would be silent.
export function isOnlyTold(ctx) {
  if (!SWAPPED.has(ctx.response.status)) return false;
  const { children } = new DOMParser().parseFromString(ctx.text ?? "", "text/html").body;
  if (children.length !== 1 || !children[0].matches("[data-refusal]")) return false;
  const from = ctx.sourceElement;
  if (from.closest("#dialog")) return from.matches("form") && Boolean(slotFor(ctx));
  return ctx.swap === "none" || ctx.swap.startsWith("outer") || (ctx.target !== from && ctx.target?.contains(from));
}

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { toast, seen } = raised(ctx);
  if (toast) {
    // The page is about to be left: say it on the next one.
    if (ctx.response.headers.has("HX-Redirect")) sessionStorage.setItem(CARRIED, JSON.stringify(toast));
    else done(toast);
  }
  const { status } = ctx.response;
  const told = isOnlyTold(ctx);
  if (told) ctx.swap = "none";
  if (status >= 400 && (told || !SWAPPED.has(status)) && !isLive(ctx)) tell(ctx);
  // Who was told what a colleague did meanwhile has seen it: the same form may be sent again.
  const named = ctx.sourceElement.matches?.("form") && ctx.sourceElement.elements.namedItem("seen");
  if (told && named && seen !== undefined) named.value = seen;
});
document.addEventListener("htmx:error", (event) => {
  const { ctx } = event.detail;
  if (!ctx || ctx.response || isLive(ctx) || ctx.request?.method === "GET") return;
  if (!isReplaced(ctx)) refused(word("offline")); // else the page itself broke it off, for a newer one
});

// A live part may show what a deed did before its answer is here, which says how it is taken back: whoever
// takes back meanwhile means that deed, not the one before. Of one that is refused there is nothing to take back.
const sent = new Set();
let wished = 0;

function takeBack() {
  const last = undoable.findLast((deed) => deed.undo && !deed.gone);
  if (last) undo(last);
  return Boolean(last);
}

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.request.method !== "GET" && !isLive(ctx)) sent.add(ctx);
});
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  if (!sent.delete(ctx)) return;
  if (!(ctx.response?.status < 400) && !isReplaced(ctx)) wished = 0;
  if (sent.size || !wished) return;
  wished -= 1;
  takeBack();
});
document.addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (!typing && event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) {
    if (sent.size) wished += 1;
    else if (!takeBack()) return;
    event.preventDefault();
  }
});
// A page that follows the next patient reloads: what can still be undone goes with it, but not past signing out.
function keepOffers() {
  const open = undoable.filter((deed) => deed.undo && !deed.gone && deed.until > Date.now());
  sessionStorage.setItem(OFFERS, JSON.stringify(open.map(({ text, undo, until, at, made }) => ({ text, undo, until, at, made }))));
}
window.addEventListener("pagehide", keepOffers);
const kept = JSON.parse(sessionStorage.getItem(OFFERS) ?? "[]");
sessionStorage.removeItem(OFFERS);
if (shelf && document.querySelector("[data-notices]")) kept.filter((deed) => deed.until > Date.now()).forEach(offer);
const carried = sessionStorage.getItem(CARRIED);
if (carried) {
  sessionStorage.removeItem(CARRIED);
  done(JSON.parse(carried));
}
setInterval(count, 1000);
window.yilu = { ...window.yilu, done, refused };
