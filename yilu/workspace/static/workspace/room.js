// Tabs of the record; and the page follows when somebody else is called to this room.
for (const tab of document.querySelectorAll("[data-tab]")) {
  tab.addEventListener("click", () => {
    for (const each of document.querySelectorAll("[data-tab]")) {
      const chosen = each === tab;
      each.setAttribute("aria-selected", String(chosen));
      document.getElementById(each.dataset.tab).hidden = !chosen;
    }
  });
}

const queue = document.getElementById("room-queue") ?? document.getElementById("nurse-queue");
const opened = queue?.dataset.visit ?? "";
const isChosen = new URLSearchParams(window.location.search).has("visit");

// A note is on its way to the server while it is written (note.js), and words of a search are none to keep.
const isKept = (field) => field.type === "search" || (field.name.startsWith("s-") && field.closest("form[data-note]"));
let isAwaited = false;
let isLeaving = false; // Two parts swapped at once ask twice: a second reload would only break off the first.

// That the patient left before the visit was ended is there to be read, and the note to be signed:
// the page stays until somebody else is called.
const isToldOf = (here) => document.querySelector("[data-left]") && here === "";
const isEnding = () => Boolean(document.querySelector("form.yl-sign.htmx-request, form[data-waits]")); // note.js

function follow() {
  const here = queue.querySelector("[data-here]")?.dataset.here ?? "";
  isAwaited = !isChosen && here !== opened;
  if (!isAwaited || isLeaving || isEnding() || isToldOf(here) || document.querySelector("dialog[open]")) return;
  if (document.activeElement?.matches("textarea, input:not([type=hidden])")) return;
  if (window.yilu.somethingIsTyped((field) => !isKept(field))) return;
  isLeaving = true;
  window.location.reload();
}

if (queue) {
  document.addEventListener("htmx:after:swap", (event) => (isAwaited || event.detail.ctx?.target === queue) && follow());
  document.addEventListener("close", () => isAwaited && setTimeout(follow), true);
}
