// A station left alone: a kiosk forgets its visitor, a desk locks itself after a warning.
import { raised, refused } from "./toast.js";
import { somethingIsTyped } from "./typed.js";
import { word } from "./words.js";

const WARNING = 30;
let touched = performance.now();
for (const name of ["pointerdown", "keydown", "wheel", "touchstart"]) {
  document.addEventListener(name, () => { touched = performance.now(); }, { passive: true });
}
const idle = () => (performance.now() - touched) / 1000;

// A page is left once, as to go again would break off what a slow line is still bringing; anew only
// where nothing came of it, so that no station stays open.
const AGAIN = 15_000;
let leftAt = -Infinity;
function leaveBy(deed) {
  if (performance.now() - leftAt < AGAIN) return;
  leftAt = performance.now();
  deed();
}

const leave = document.querySelector('meta[name="leave-after"]');
if (leave) {
  setInterval(() => {
    if (idle() >= Number(leave.content)) leaveBy(() => window.location.replace(leave.dataset.url));
  }, 1000);
}

const lockAfter = Number(document.querySelector('meta[name="lock-after"]')?.content ?? 0);
const lock = document.getElementById("lock");
if (lock && lockAfter > WARNING) {
  const notice = document.createElement("div");
  notice.className = "yl-toast";
  notice.setAttribute("role", "alert");
  setInterval(() => {
    const left = Math.ceil(lockAfter - idle());
    if (left > WARNING) return notice.remove();
    if (left <= 0) return leaveBy(() => lock.requestSubmit());
    notice.textContent = word("locking", { seconds: left });
    if (!notice.isConnected) document.getElementById("toasts").append(notice);
  }, 1000);
}

// Who reads or types without asking for anything is at work, too.
const STILL_HERE = 300;
if (lock) setInterval(() => { if (idle() < STILL_HERE) fetch("/still-here"); }, STILL_HERE * 1000);

// The session is over, as a part that the page fetched by itself was told. A page nobody types in
// is left, with all it shows of people; what somebody has typed stays, to be sent after signing in.
let isTold = false;
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { signedOut } = raised(ctx);
  if (!signedOut) isTold &&= ctx.response?.status === 401;
  else if (!somethingIsTyped()) leaveBy(() => window.location.assign(signedOut));
  else if (!isTold) {
    isTold = true;
    refused(word("signedOut"));
  }
});

// Somebody signed in again in another tab: what was filled in here can be sent after all.
document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  const fresh = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  if (!fresh) return;
  if (request.body?.has?.("csrfmiddlewaretoken")) request.body.set("csrfmiddlewaretoken", fresh);
  if (request.headers["X-CSRFToken"]) request.headers["X-CSRFToken"] = fresh;
});
