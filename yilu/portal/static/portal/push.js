// The card that turns push on and off. It asks for leave only when its button is pressed.
import { post, read, write } from "./device.js";

const PUSHED = "yilu-push"; // the address at which this browser is reached
const PATIENCE = 20_000; // a browser that cannot reach its push service may never say so
const card = document.getElementById("push");
const isCompact = card?.hasAttribute("data-compact");

function show(state) {
  card.dataset.state = state;
  card.querySelectorAll("[data-when]").forEach((part) => { part.hidden = !part.dataset.when.split(" ").includes(state); });
  // Beside the booking it is an offer and nothing else: what cannot be accepted is not shown.
  if (isCompact) card.hidden = !["off", "working", "failed", "fresh"].includes(state) || Boolean(read("yilu-later"));
}

function impossible() {
  const agent = navigator.userAgent;
  if (!card.dataset.key) return "unset";
  if (/MicroMessenger/.test(agent)) return "wechat";
  if ("PushManager" in window && "serviceWorker" in navigator && "Notification" in window) return "";
  return /iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && navigator.maxTouchPoints > 1) ? "ios" : "unsupported";
}

const within = (promise) => Promise.race([
  promise,
  new Promise((_, fail) => { setTimeout(() => fail(new Error("no answer")), PATIENCE); }),
]);

const written = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

function fields(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint, p256dh: keys.p256dh, auth: keys.auth };
}

async function current() {
  const worker = await navigator.serviceWorker.getRegistration("/");
  return worker ? worker.pushManager.getSubscription() : null;
}

// The browser's word and the server's may differ: signed in as somebody else, taken away from
// another device, given another address while we were closed, another key of the clinic's.
async function isOurs(subscription) {
  if (written(subscription.options.applicationServerKey) !== card.dataset.key) return false;
  const before = read(PUSHED);
  if (before && before !== subscription.endpoint) {
    await post(card.dataset.renew, { before, ...fields(subscription) });
  } else if (card.dataset.known) {
    return true;
  }
  const answer = await post(card.dataset.knownUrl, { endpoint: subscription.endpoint });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  return (await answer.json()).known;
}

function on(subscription) {
  write(PUSHED, subscription.endpoint);
  document.dispatchEvent(new Event("yilu:push"));
}

async function look() {
  const why = impossible();
  if (why) return show(why);
  if (Notification.permission === "denied") return show("denied");
  const subscription = await current();
  if (subscription && await isOurs(subscription)) {
    on(subscription);
    return show("on");
  }
  if (subscription) await subscription.unsubscribe();
  else if (card.dataset.known) await post(card.dataset.off, {});
  write(PUSHED, null);
  return show("off");
}

async function subscribe() {
  const worker = await within(navigator.serviceWorker.ready);
  const wanted = { userVisibleOnly: true, applicationServerKey: card.dataset.key };
  const before = await worker.pushManager.getSubscription();
  if (before) await before.unsubscribe(); // perhaps another key, perhaps somebody else's
  return within(worker.pushManager.subscribe(wanted));
}

async function turnOn() {
  show("working");
  const leave = await Notification.requestPermission();
  if (leave !== "granted") return show(leave === "denied" ? "denied" : "off");
  const subscription = await subscribe();
  const answer = await post(card.dataset.on, fields(subscription));
  if (!answer.ok) {
    await subscription.unsubscribe();
    throw new Error(`answered ${answer.status}`);
  }
  on(subscription);
  if (isCompact) return show("fresh");
  return window.location.reload(); // the devices, with this one among them
}

async function turnOff() {
  show("working");
  const subscription = await current();
  const answer = await post(card.dataset.off, { endpoint: subscription?.endpoint ?? "" });
  if (!answer.ok) throw new Error(`answered ${answer.status}`);
  await subscription?.unsubscribe();
  write(PUSHED, null);
  return window.location.reload();
}

const DEEDS = {
  on: turnOn,
  off: turnOff,
  later: async () => { write("yilu-later", "1"); card.hidden = true; },
};

if (card) {
  look().catch(() => show(isCompact ? "unknown" : "failed")); // an offer that cannot be made is not made
  card.addEventListener("click", (event) => {
    const deed = event.target.closest("[data-turn]")?.dataset.turn;
    if (deed) DEEDS[deed]().catch(() => show("failed"));
  });
}
