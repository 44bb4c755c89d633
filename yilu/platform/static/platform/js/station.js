// A station left alone: a kiosk forgets its visitor, a desk locks itself after a warning.
import { word } from "./words.js";

const WARNING = 30;
let touched = performance.now();
for (const name of ["pointerdown", "keydown", "wheel", "touchstart"]) {
  document.addEventListener(name, () => { touched = performance.now(); }, { passive: true });
}
const idle = () => (performance.now() - touched) / 1000;

const leave = document.querySelector('meta[name="leave-after"]');
if (leave) {
  setInterval(() => {
    if (idle() >= Number(leave.content)) window.location.replace(leave.dataset.url);
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
    if (left <= 0) return lock.requestSubmit();
    notice.textContent = word("locking", { seconds: left });
    if (!notice.isConnected) document.getElementById("toasts").append(notice);
  }, 1000);
}
