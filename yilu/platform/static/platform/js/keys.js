// Hands stay on the keyboard. The key of a deed is printed on its button and named in data-key.
const TYPING = "input:not([type=checkbox]):not([type=radio]):not([type=button]), textarea, select, [contenteditable]";

function pressed(event) {
  const parts = [];
  if (event.ctrlKey || event.metaKey) parts.push("Ctrl");
  if (event.altKey) parts.push("Alt");
  if (event.shiftKey && event.key.length > 1) parts.push("Shift");
  const key = event.key === " " ? "Space" : event.key;
  return [...parts, key.length === 1 ? key.toUpperCase() : key].join("+");
}

function isShown(element) {
  return element.offsetParent !== null || element.getClientRects().length > 0;
}

function deedFor(name) {
  const open = document.querySelector("dialog[open]");
  const within = open ?? document;
  return [...within.querySelectorAll("[data-key]")]
    .find((each) => each.dataset.key.split(" ").some((key) => key.toUpperCase() === name.toUpperCase()) && isShown(each) && !each.disabled);
}

function focusSearch(event) {
  const box = document.getElementById("search-box") ?? document.querySelector("[data-search]");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
}

// Arrow keys walk the rows of the list that holds the focus, or the first list of the page.
function walk(event) {
  const steps = { ArrowDown: 1, ArrowUp: -1 };
  const step = steps[event.key];
  const focused = document.activeElement;
  const inSearch = focused?.id === "search-box";
  const list = inSearch ? document.getElementById("search-hits") : focused?.closest("[data-list]");
  if (!step || !list) return;
  const stops = [...list.querySelectorAll(".yl-open, [data-stop], a.yl-book")].filter(isShown);
  const here = stops.findIndex((stop) => stop === focused || stop.closest("[data-row]")?.contains(focused));
  const next = stops[here < 0 ? (step > 0 ? 0 : stops.length - 1) : here + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const typing = event.target.closest?.(TYPING);
  const name = pressed(event);
  if (name === "Ctrl+K" || (name === "/" && !typing)) return focusSearch(event);
  const plain = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const deed = typing && plain ? null : deedFor(name);
  // Enter and Space belong to whatever holds the focus.
  const own = ["Enter", "Space"].includes(name) && event.target.closest?.("a, button, summary, input, textarea, select");
  if (deed && !own) {
    event.preventDefault();
    deed.focus({ preventScroll: true });
    deed.click();
    return;
  }
  const vertical = event.key === "ArrowDown" || event.key === "ArrowUp";
  if (vertical && (!typing || event.target.id === "search-box")) walk(event);
});
