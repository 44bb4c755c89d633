// A page's side of the installed app: its worker, its window, what the phone may know without a network.
import { post, read, write } from "./device.js";

const isApp = window.matchMedia("(display-mode: standalone)").matches || navigator.standalone === true;
const meta = document.querySelector('meta[name="app"]'); // not on pages that say what is at fault
const NEXT = "yilu-next";

// What is booked from here on is counted for the window that it was booked in.
if (meta && isApp !== (meta.content === "app")) {
  const kind = isApp ? "app" : "browser";
  post(meta.dataset.window, { window: kind }).then(() => { meta.content = kind; }, () => {}); // or the next page says it
}
if (location.search === "?app=1") history.replaceState(history.state, "", location.pathname); // said once
write("yilu-language", document.documentElement.lang);

if (meta && "serviceWorker" in navigator && location.pathname.startsWith("/my")) {
  navigator.serviceWorker.register(meta.dataset.worker, { scope: "/" }).catch(() => {}); // the page works without
}

// Number, time and place of the next booking stay on a phone that somebody made their own: they
// installed the app or turned push on. No name, no doctor, no service; signing out takes it away.
function keepNext() {
  const shown = document.getElementById("next-booking");
  if (!shown) return;
  const isOwn = isApp || read("yilu-push");
  const { number, only, ...facts } = shown.dataset;
  if (!isOwn || (!number && !only)) return write(NEXT, null);
  if (only && read(NEXT) && JSON.parse(read(NEXT)).starts < facts.starts) return;
  write(NEXT, JSON.stringify({ number, ...facts }));
}
keepNext();
document.addEventListener("htmx:after:swap", keepNext);
document.addEventListener("yilu:push", keepNext);

// Signing out ends push in this browser, too: the server is told which it is.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-signs-out]")) return;
  write(NEXT, null);
  write("yilu-push", null);
  if (!("serviceWorker" in navigator) || form.elements.endpoint.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const soon = new Promise((done) => { setTimeout(done, 2000); });
  Promise.race([leave(form), soon]).finally(() => form.submit());
}, true);

async function leave(form) {
  const worker = await navigator.serviceWorker.getRegistration("/");
  const subscription = await worker?.pushManager?.getSubscription();
  if (!subscription) return;
  form.elements.endpoint.value = subscription.endpoint;
  await subscription.unsubscribe();
}

// Browsers that can install the app say so, and show nothing by themselves until asked.
let installing = null;
window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  installing = event;
  showInstall("ready");
});
window.addEventListener("appinstalled", () => {
  installing = null;
  showInstall("done");
});

const card = document.getElementById("install");

function showInstall(state) {
  card?.querySelectorAll("[data-when]").forEach((part) => { part.hidden = part.dataset.when !== state; });
}

function byHand() {
  const agent = navigator.userAgent;
  if (/MicroMessenger/.test(agent)) return "wechat";
  return /iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1) ? "ios" : "menu";
}

showInstall(isApp ? "done" : byHand());
card?.querySelector("[data-install]").addEventListener("click", async () => {
  await installing?.prompt();
});
