// What the app's scripts share: telling the server, and keeping a little on the phone.

/** Send a form's fields to one of our addresses, as a form of this page would. */
export function post(url, fields) {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
  return fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { "X-CSRFToken": token }, redirect: "error", keepalive: true });
}

/** What this browser kept under a name; null without any, or where nothing may be kept. */
export function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keep a text under a name; null takes it away. */
export function write(name, text) {
  try {
    if (text === null) localStorage.removeItem(name);
    else localStorage.setItem(name, text);
  } catch { /* a browser that lets nobody keep anything */ }
}
