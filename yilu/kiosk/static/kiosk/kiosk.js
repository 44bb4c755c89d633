// A kiosk: a reader that types anywhere, a pad for fingers, a voice, a countdown that wipes, a line that may be cut.
const kiosk = document.getElementById("kiosk-state");
const { leaveUrl, aliveUrl, language } = kiosk.dataset;
const spoken = document.getElementById("kiosk-voice")?.textContent.trim() ?? "";
const leaveAfter = Number(kiosk.dataset.leaveSeconds);
const WARNING = 10; // seconds before leaving in which the countdown fills the screen
const BEAT = 20_000;
const RETRY = 3000;
const PATIENCE = 4000;
const BURST = 60; // a reader types faster than so many milliseconds a key
const SHORTEST_SCAN = 5;

// --- nobody touches it ---
let touched = performance.now();
let gone = false;
for (const name of ["pointerdown", "keydown", "touchstart", "wheel"]) {
  document.addEventListener(name, () => { touched = performance.now(); }, { passive: true, capture: true });
}
const stay = document.getElementById("kiosk-stay");

function wipe() {
  gone = true;
  speechSynthesis?.cancel();
  stay.hidden = true;
  for (const field of document.querySelectorAll("input:not([type=hidden])")) field.value = "";
  document.body.classList.add("is-wiped");
  reached();
}

function countDown() {
  if (!leaveAfter || gone) return;
  const left = Math.ceil(leaveAfter - (performance.now() - touched) / 1000);
  if (left <= 0) return wipe();
  for (const each of document.querySelectorAll("[data-seconds-left]")) each.textContent = String(left);
  const asks = left <= WARNING;
  if (asks && stay.hidden) say(stay.dataset.speak);
  stay.hidden = !asks;
}
if (leaveAfter) {
  countDown();
  setInterval(countDown, 500);
}
window.addEventListener("pageshow", (event) => event.persisted && window.location.replace(leaveUrl));

// --- the line to the clinic ---
const cut = document.getElementById("kiosk-cut");
// A part of our type is fetched with the first character that needs it: for these words that would be too late.
document.fonts.load(`1em ${getComputedStyle(cut).fontFamily}`, cut.textContent);
const leave = () => window.location.replace(leaveUrl);
let pressed = null; // what is to be done once the line is there; of several the last

async function reach() {
  const body = new URLSearchParams({ csrfmiddlewaretoken: kiosk.dataset.csrf });
  try {
    const answer = await fetch(aliveUrl, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE) });
    if (answer.status === 403 && !kiosk.dataset.ended) window.location.reload(); // withdrawn: be told
    return answer.status < 500;
  } catch {
    return false;
  }
}

async function reached() {
  const is = await reach();
  cut.hidden = is;
  if (!is) {
    for (const form of document.querySelectorAll("[data-waiting]")) delete form.dataset.waiting;
    setTimeout(reached, RETRY);
  } else {
    const go = gone ? leave : pressed;
    pressed = null;
    go?.();
  }
}

// The browser's own page about a broken line would be the end of a kiosk: ask first, then go. What was pressed
// while the line was cut, or slow, is done when it is back.
function navigate(go) {
  pressed = go;
  reached();
}
setInterval(() => { if (cut.hidden) reached(); }, BEAT);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) return;
  event.preventDefault();
  if (form.dataset.waiting) return;
  form.dataset.waiting = "1";
  navigate(() => {
    form.dataset.sent = "1";
    form.requestSubmit(event.submitter);
    setTimeout(() => { delete form.dataset.sent; delete form.dataset.waiting; }, PATIENCE);
  });
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (!link || event.defaultPrevented) return;
  event.preventDefault();
  navigate(() => window.location.assign(link.href));
});

// --- a reader types as a keyboard does, only faster ---
let burst = "";
let begun = 0;
let last = 0;
let field = null;
let before = "";
const scan = document.getElementById("kiosk-scan");

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const now = performance.now();
  if (event.key === "Enter") {
    const pace = (now - begun) / Math.max(burst.length, 1);
    if (scan && burst.length >= SHORTEST_SCAN && pace < BURST) {
      event.preventDefault();
      event.stopPropagation();
      if (field) field.value = before;
      scan.elements.code.value = burst;
      scan.requestSubmit();
    }
    burst = "";
    return;
  }
  if (event.key.length !== 1) return;
  if (!burst || now - last > BURST * 5) {
    burst = "";
    begun = now;
    field = event.target.matches?.("input") ? event.target : null;
    before = field?.value ?? "";
  }
  last = now;
  burst += event.key;
}, { capture: true });

// --- fingers ---
let typing = document.querySelector("[data-pad][autofocus], [data-pad]");
document.addEventListener("focusin", (event) => { if (event.target.matches("[data-pad]")) chosen(event.target); });

function chosen(input) {
  typing = input;
  for (const pad of document.querySelectorAll("[data-pad-for]")) {
    pad.hidden = pad.dataset.padFor !== (input.dataset.pad || "digits");
  }
}

function put(text) {
  if (!typing) return;
  const most = typing.maxLength > 0 ? typing.maxLength : 100;
  typing.value = text === null ? typing.value.slice(0, -1) : (typing.value + text).slice(0, most);
  typing.focus({ preventScroll: true });
  const next = typing.dataset.next && typing.value.length >= Number(typing.dataset.full);
  if (next) document.getElementById(typing.dataset.next)?.focus();
}
if (typing) {
  chosen(typing);
  typing.focus({ preventScroll: true });
}
document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-digit]");
  if (key) put(key.dataset.digit);
  else if (event.target.closest("[data-erase]")) put(null);
  else if (event.target.closest("[data-clear]") && typing) { typing.value = ""; typing.focus(); }
});

// --- a voice ---
const KEY = "kiosk-voice";
const toggle = document.querySelector("[data-voice-toggle]");
const isOn = () => localStorage.getItem(KEY) !== "off";
let heard = false;

function say(text) {
  if (!text || !isOn() || !window.speechSynthesis) return;
  const words = new SpeechSynthesisUtterance(text);
  words.lang = language === "en" ? "en-GB" : "zh-CN";
  words.rate = 0.95;
  words.onstart = () => { heard = true; };
  speechSynthesis.cancel();
  speechSynthesis.speak(words);
}

function showVoice() {
  if (!toggle) return;
  toggle.setAttribute("aria-pressed", String(isOn()));
  for (const each of toggle.querySelectorAll("[data-when]")) each.hidden = (each.dataset.when === "on") !== isOn();
}
toggle?.addEventListener("click", () => {
  localStorage.setItem(KEY, isOn() ? "off" : "on");
  showVoice();
  if (isOn()) say(spoken);
  else speechSynthesis?.cancel();
});
showVoice();
say(spoken);
// A browser may stay silent until it is touched.
document.addEventListener("pointerdown", () => { if (!heard) say(spoken); }, { once: true });

// --- paper ---
if (kiosk.dataset.print) {
  const back = () => navigate(() => window.location.replace(kiosk.dataset.print));
  window.addEventListener("afterprint", () => setTimeout(back, 1500));
  window.addEventListener("load", () => window.print());
}
