// Clinic time in the page, and everything that ticks with it.
// In a demonstration it runs faster than the reader's own clock; only the differences matter.
import { word } from "./words.js";

const meta = document.querySelector('meta[name="clinic-now"]');
let speed = Number(meta?.dataset.speed ?? 1);
const zone = meta?.dataset.zone ?? "Asia/Shanghai";
let clinic = meta ? Date.parse(meta.content) : Date.now();
let read = performance.now();
const SOON_FROM = 0.8;
const FIVE_MINUTES = 300_000;

const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hourCycle: "h23", ...options });
const SECONDS = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const MINUTES = format({ hour: "2-digit", minute: "2-digit" });

// Milliseconds of clinic time since 1970.
export function now() {
  return clinic + (performance.now() - read) * speed;
}

// The server told us its time: believe it, and go on from there.
export function set(instant, pace = speed) {
  clinic = Date.parse(instant);
  read = performance.now();
  speed = pace;
}

export function wallClock(instant = now()) {
  return SECONDS.format(instant);
}

// Real milliseconds that a length of clinic time takes.
export function real(milliseconds) {
  return milliseconds / speed;
}

function tone(spent, whole) {
  if (spent > whole) return "is-late";
  return spent >= whole * SOON_FROM ? "is-soon" : "";
}

function paint(element, name) {
  element.classList.toggle("is-soon", name === "is-soon");
  element.classList.toggle("is-late", name === "is-late");
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function tickWait(element, at) {
  const waited = Math.max(0, Math.floor((at - Date.parse(element.dataset.since)) / 60_000));
  const promised = Number(element.dataset.promised);
  write(element.querySelector("[data-waited]"), String(waited));
  if (!promised) return;
  paint(element, tone(waited, promised));
  const bar = element.querySelector("progress");
  if (bar) bar.value = Math.min(waited, promised);
}

export function leftOver(milliseconds) {
  const seconds = Math.floor(Math.abs(milliseconds) / 1000);
  const two = (number) => String(number).padStart(2, "0");
  const sign = milliseconds < 0 ? "+" : "";
  return `${sign}${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function tickCountdown(element, at) {
  const left = Date.parse(element.dataset.until) - at;
  const whole = Number(element.dataset.whole) * 60_000;
  write(element.querySelector("b"), leftOver(left));
  write(element.querySelector("span"), left < 0 ? element.dataset.over : element.dataset.left);
  if (whole) paint(element, tone(whole - left, whole));
}

function tickNowLine(element, at) {
  const units = (at - Date.parse(element.dataset.nowFrom)) / FIVE_MINUTES;
  element.style.setProperty("--yl-now-at", units.toFixed(2));
  write(element.querySelector("span"), MINUTES.format(at));
}

export function tick() {
  const at = now();
  for (const each of document.querySelectorAll("[data-clinic-clock='seconds']")) write(each, SECONDS.format(at));
  for (const each of document.querySelectorAll("[data-clinic-clock='minutes']")) write(each, MINUTES.format(at));
  for (const each of document.querySelectorAll("[data-since]")) tickWait(each, at);
  for (const each of document.querySelectorAll("[data-until]")) tickCountdown(each, at);
  for (const each of document.querySelectorAll("[data-now-from]")) tickNowLine(each, at);
}

// A board opens where the day is: the now-line stands a quarter down its window.
function scrollToNow() {
  for (const line of document.querySelectorAll("[data-now-from]")) {
    const board = line.closest(".yl-dayscroll");
    if (board) board.scrollTop = line.offsetTop - board.clientHeight / 4;
  }
}

if (meta) {
  tick();
  scrollToNow();
  setInterval(tick, 1000);
}
document.addEventListener("htmx:after:swap", () => meta && tick());
// Other islands (a day grid, a chart) take clinic time from here.
window.yilu = { ...window.yilu, now, wallClock, real, word };
