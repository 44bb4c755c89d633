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

function follow() {
  const here = queue.querySelector("[data-here]")?.dataset.here ?? "";
  if (isChosen || here === opened) return;
  if (document.activeElement?.matches("textarea, input:not([type=hidden])")) return;
  window.location.reload();
}

if (queue) document.addEventListener("htmx:after:swap", (event) => event.detail.ctx?.target === queue && follow());
