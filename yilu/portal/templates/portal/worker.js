// What of the patient's pages lives on the phone: files that are the same for everybody, and one
// page for when there is no network. Pages are never kept, because they hold somebody's data.
const BUILD = {{ build|safe }};
const SHELL = `yilu-shell-${BUILD.version}`; // a new version brings its own, and the old one goes
const ASSETS = "yilu-assets";
const MOST = 300;
const HASHED = /^\/static\/.+\.[0-9a-f]{12}\.[a-z0-9]+$/; // another content has another name
const OURS = /^\/my(?![^/?#])/;
const READ_ONLY = /^\/my(\/(bookings|bills|me|visit\/[^/]+))?$/; // pages in which nobody types

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

async function install() {
  const shell = await caches.open(SHELL);
  const fresh = (url) => new Request(url, { cache: HASHED.test(url) ? "default" : "reload", credentials: "omit" });
  await shell.addAll([BUILD.offline, ...BUILD.files].map(fresh));
  await self.skipWaiting(); // nothing that is open can break: pages come from the network alone
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith("yilu-shell-") && name !== SHELL);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (origin !== self.location.origin) return;
  if (request.mode === "navigate") {
    if (BUILD.pages.some((start) => pathname.startsWith(start))) event.respondWith(page(event));
  } else if (request.method !== "GET") {
    return;
  } else if (HASHED.test(pathname)) {
    event.respondWith(asset(request));
  } else if (BUILD.files.includes(pathname)) {
    event.respondWith(fetch(request).catch(() => fromShell(pathname)));
  }
});

async function page(event) {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request));
  } catch {
    return fromShell(BUILD.offline);
  }
}

async function fromShell(url) {
  const shell = await caches.open(SHELL);
  return (await shell.match(url, { ignoreVary: true })) ?? Response.error();
}

async function asset(request) {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && answer.type === "basic") keep(request, answer.clone());
  return answer;
}

async function keep(request, answer) {
  const assets = await caches.open(ASSETS);
  await assets.put(request, answer);
  const names = await assets.keys(); // the oldest first
  await Promise.all(names.slice(0, Math.max(0, names.length - MOST)).map((name) => assets.delete(name)));
}

self.addEventListener("push", (event) => event.waitUntil(show(said(event.data))));

function said(data) {
  try {
    const { title, text, url, tag } = data.json();
    if (typeof title === "string" && typeof text === "string") return { title, text, url, tag };
  } catch { /* what cannot be read is still news */ }
  return { title: "医路 Yilu", text: "您有一条新消息。You have a new message.", url: "/my" };
}

function show({ title, text, url, tag }) {
  return self.registration.showNotification(title, {
    body: text,
    icon: BUILD.icon,
    badge: BUILD.badge,
    tag: typeof tag === "string" ? tag : undefined, // the same message sent twice is shown once
    data: { url: typeof url === "string" && OURS.test(url) ? url : "/my" },
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url ?? "/my"));
});

// A window in which somebody may be typing is left as it is.
async function open(url) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const path = (one) => new URL(one.url).pathname;
  const there = windows.find((one) => path(one) === url);
  if (there) return there.focus();
  const near = windows.find((one) => READ_ONLY.test(path(one)));
  if (!near) return self.clients.openWindow(url);
  await near.focus();
  return near.navigate(url).catch(() => self.clients.openWindow(url));
}

self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event)));

// Without the address before, the page finds out when it is opened next.
async function renew({ oldSubscription, newSubscription }) {
  if (!oldSubscription) return;
  const { applicationServerKey } = oldSubscription.options;
  const next = newSubscription ??
    await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey });
  const { endpoint, keys } = next.toJSON();
  const body = new URLSearchParams({ before: oldSubscription.endpoint, endpoint, p256dh: keys.p256dh, auth: keys.auth });
  await fetch(BUILD.renew, { method: "POST", body });
}
