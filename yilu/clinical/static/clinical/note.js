// Keeps what is being written: to the server a moment after typing, and in this browser until the server has it.
const PAUSE = 1200;
const RETRY = 5000;
const timers = new WeakMap();
const saving = new WeakMap();
const dirty = new WeakSet();

const formOf = (target) => target?.closest?.("form[data-note]");
const fieldsOf = (form) => [...form.querySelectorAll("textarea[name^='s-'], input[name^='copied-'], select[name='kind']")];
const light = (form) => form.querySelector("[data-note-saved]");

function textOf(form) {
  return Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
}

function keep(form) {
  const kept = { version: form.dataset.version, text: textOf(form) };
  try { localStorage.setItem(form.dataset.localKey, JSON.stringify(kept)); } catch { /* a full store loses only the spare copy */ }
}

function forget(form) {
  try { localStorage.removeItem(form.dataset.localKey); } catch { /* nothing to forget */ }
}

function say(form, words, isStale = false) {
  const saved = light(form);
  if (!saved) return;
  saved.textContent = words;
  saved.classList.toggle("is-stale", isStale);
}

function setVersion(form, version) {
  form.dataset.version = version;
  form.querySelector("[data-note-version]").value = version;
}

function later(form, pause = PAUSE) {
  clearTimeout(timers.get(form));
  timers.set(form, setTimeout(() => save(form), pause));
}

function save(form) {
  clearTimeout(timers.get(form));
  if (!form.isConnected || form.querySelector(".cl-conflict")) return;
  if (saving.has(form)) later(form, 200);
  else saving.set(form, send(form));
}

async function send(form) {
  dirty.delete(form);
  say(form, form.dataset.saving);
  try {
    const answer = await fetch(form.dataset.draftUrl, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
    if (answer.ok) {
      const { version, saved } = await answer.json();
      setVersion(form, version);
      say(form, saved);
      if (!dirty.has(form)) forget(form);
    } else if (answer.status === 412) {
      clash(form, await answer.text());
    } else if (answer.status >= 500 || answer.status === 429) {
      throw new Error("later");
    } else {
      refused(form, await answer.text());
    }
  } catch {
    say(form, form.dataset.offline, true);
    later(form, RETRY);
  } finally {
    saving.delete(form);
    if (dirty.has(form)) later(form);
  }
}

function refused(form, html) {
  say(form, form.dataset.offline, true);
  const place = form.querySelector("[data-errors]");
  place.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.childNodes);
}

// Another window saved a different text: both are shown, and nothing is sent until somebody chose.
function clash(form, html) {
  const shown = new DOMParser().parseFromString(html, "text/html").body;
  const box = shown.firstElementChild;
  box.removeAttribute("id");
  form.querySelector("[data-note-conflict]").replaceChildren(box);
  say(form, "", true);
}

function resolve(form, box, choice) {
  for (const row of box.querySelectorAll("[data-code]")) {
    const field = form.elements[row.dataset.code];
    if (field && choice === "theirs") field.value = row.querySelector("[data-theirs]").textContent;
  }
  setVersion(form, box.dataset.theirVersion);
  box.remove();
  changed(form);
}

function changed(form) {
  dirty.add(form);
  keep(form);
  later(form);
}

function insert(button) {
  const form = formOf(button);
  const field = form?.elements[button.dataset.quick];
  const words = button.nextElementSibling?.content?.textContent ?? "";
  if (!field || field.readOnly) return;
  const start = field.selectionStart ?? field.value.length;
  field.setRangeText(words, start, field.selectionEnd ?? start, "end");
  if (button.dataset.copied) {
    form.elements[button.dataset.copied].value = button.dataset.from;
    const mark = form.querySelector(`[data-copied-mark="${button.dataset.copied}"]`);
    if (mark) mark.textContent = button.textContent.trim();
  }
  field.focus();
  changed(form);
}

// A crash, or a closed window, before the server had it: bring it back if nobody else went on since.
function restore(form) {
  if (form.dataset.restoredOnce) return;
  form.dataset.restoredOnce = "yes";
  let kept = null;
  try { kept = JSON.parse(localStorage.getItem(form.dataset.localKey) ?? "null"); } catch { return; }
  if (!kept) return;
  const here = textOf(form);
  const differs = Object.entries(kept.text).some(([name, text]) => name in here && here[name] !== text);
  if (!differs) { forget(form); return; }
  for (const [name, text] of Object.entries(kept.text)) {
    if (form.elements[name] && !form.elements[name].readOnly) form.elements[name].value = text;
  }
  // With the old version: if somebody saved since, the server answers with both texts.
  setVersion(form, kept.version);
  say(form, form.dataset.restored);
  later(form, 400);
}

document.addEventListener("input", (event) => {
  const form = formOf(event.target);
  if (form && event.target.name?.startsWith("s-")) changed(form);
});
document.addEventListener("focusout", (event) => {
  const form = formOf(event.target);
  if (form && dirty.has(form)) save(form);
});
document.addEventListener("click", (event) => {
  // What was found is in the record now: the box is free for the next.
  const box = event.target.closest?.(".cl-hit")?.closest(".cl-search")?.querySelector("input");
  if (box) box.value = "";
});
document.addEventListener("click", (event) => {
  const quick = event.target.closest?.("[data-quick]");
  if (quick) insert(quick);
  const choice = event.target.closest?.("[data-conflict]");
  const box = choice?.closest(".cl-conflict");
  const form = box && formOf(box);
  if (form) resolve(form, box, choice.dataset.conflict);
});
// Signing sends the text itself. A save on its way would race with it for the version: it goes first.
document.addEventListener("submit", (event) => {
  const sent = event.target;
  const included = sent.getAttribute("hx-include");
  const form = formOf(sent) ?? (included && formOf(document.querySelector(included)));
  if (!form) return;
  clearTimeout(timers.get(form));
  if (!saving.has(form)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  sent.dataset.waits = "";
  saving.get(form).then(() => {
    delete sent.dataset.waits;
    sent.requestSubmit(event.submitter);
  });
}, true);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) return;
  document.querySelectorAll("form[data-note]").forEach((form) => dirty.has(form) && save(form));
});
const restoreAll = () => document.querySelectorAll("form[data-note]").forEach(restore);
document.addEventListener("htmx:after:swap", () => setTimeout(restoreAll));
restoreAll();
