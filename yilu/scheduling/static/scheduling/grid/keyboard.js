// The whole grid by keys. One cell is in the order of Tab; arrows go from cell to cell.
import { carried, drop, goTo, leave, pin, pinCard, show, stretchTo, take, tell } from "./carry.js";
import { at, board, cellsOf, day, focused, grid, laneOf, lanes, steps } from "./places.js";

const QUARTER = 3; // steps
const TYPING = "input, textarea, select, [contenteditable]";
let place = null; // where the focus was: {id, lane, at}

function reach(cell) {
  day()?.querySelectorAll('[role="gridcell"][tabindex="0"]').forEach((each) => each !== cell && (each.tabIndex = -1));
  if (cell) cell.tabIndex = 0;
}

function go(cell) {
  if (!cell) return;
  reach(cell);
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

function nearest(lane, from) {
  const cells = cellsOf(lane);
  return cells.find((cell) => at(cell) <= from && from < at(cell) + steps(cell)) ??
    cells.reduce((best, cell) => (!best || Math.abs(at(cell) - from) < Math.abs(at(best) - from) ? cell : best), null);
}

// The lane so many columns away; lanes without a cell are passed over.
function beside(lane, by, needsCell = true) {
  const all = lanes();
  for (let n = all.indexOf(lane) + by; n >= 0 && n < all.length; n += by) {
    if (!needsCell || cellsOf(all[n]).length) return all[n];
  }
  return null;
}

function walk(cell, key) {
  const lane = laneOf(cell);
  const cells = cellsOf(lane);
  const here = cells.indexOf(cell);
  if (key === "ArrowDown") return go(cells[here + 1]);
  if (key === "ArrowUp") return go(cells[here - 1]);
  if (key === "Home") return go(cells[0]);
  if (key === "End") return go(cells.at(-1));
  const next = beside(lane, key === "ArrowRight" ? 1 : -1);
  return next && go(nearest(next, at(cell)));
}

function carry(event) {
  const { key, shiftKey } = event;
  const hand = carried();
  const quick = shiftKey ? 1 : QUARTER;
  const longer = { "+": 1, "=": 1, "-": -1, "−": -1 }[key];
  let moved = false;
  if (key === "Escape") return leave();
  if (key === "Enter" || (key.toLowerCase() === "v" && (event.ctrlKey || event.metaKey))) return drop();
  if (key.toLowerCase() === "p") return hand.kind === "move" ? pin() : undefined;
  if (hand.kind === "stretch") {
    const by = longer ?? { ArrowDown: 1, ArrowUp: -1 }[key];
    if (by) moved = stretchTo(hand.steps + by);
  } else if (key === "ArrowDown" || key === "ArrowUp") {
    const by = key === "ArrowDown" ? quick : -quick;
    // To the next whole quarter first, so that it does not stay beside the clock.
    moved = goTo(hand.lane, quick === 1 ? hand.at + by : Math.floor((hand.at + (by > 0 ? by : by + QUARTER - 1)) / QUARTER) * QUARTER);
  } else if (key === "ArrowRight" || key === "ArrowLeft") {
    const next = beside(hand.lane, key === "ArrowRight" ? 1 : -1, false);
    moved = next ? goTo(next, hand.at) : false;
  } else return undefined;
  if (moved) {
    show();
    tell();
  }
  return undefined;
}

function act(cell, event) {
  const { key } = event;
  const low = key.toLowerCase();
  const cut = event.ctrlKey || event.metaKey;
  if (["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Home", "End"].includes(key)) walk(cell, key);
  else if (((low === "m" && !cut) || (low === "x" && cut)) && cell.matches("[data-movable]")) take(cell);
  else if (["+", "=", "-", "−"].includes(key) && cell.matches("[data-sizable]")) {
    take(cell, { kind: "stretch" });
    carry(event);
  } else if (low === "p" && !cut && cell.matches("[data-movable]")) pinCard(cell);
  else if (low === "n" && !cut && cell.matches("[data-begins]")) cell.click();
  else return false;
  return true;
}

const HANDLED = new Set(["Escape", "Enter", "+", "=", "-", "−", "p", "P", "v", "V", "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"]);

document.addEventListener("keydown", (event) => {
  if (event.isComposing || document.querySelector("dialog[open]") || event.target.closest?.(TYPING)) return;
  if (carried()) {
    if (!HANDLED.has(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    carry(event);
    return;
  }
  const cell = focused();
  const first = !cell && ["ArrowDown", "ArrowRight"].includes(event.key) && (document.activeElement === document.body || grid()?.contains(document.activeElement));
  if (first && !document.activeElement?.closest?.("#board .yl-bar")) {
    const start = day()?.querySelector('[role="gridcell"][tabindex="0"]');
    if (!start) return;
    go(start);
  } else if (!cell || event.altKey || !act(cell, event)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

document.addEventListener("focusin", (event) => {
  const cell = focused();
  if (!cell) return;
  reach(cell);
  place = { id: cell.id, lane: laneOf(cell).id, at: at(cell) };
});

// After a fresh drawing the same cell is reached by Tab, and has the focus again if it had it.
let had = false;
document.addEventListener("htmx:before:swap", (event) => {
  if (event.detail.ctx?.target === board()) had = Boolean(focused());
});
export function settle() {
  if (!day()) return;
  const lane = place && document.getElementById(place.lane);
  const cell = (place && document.getElementById(place.id)) ?? (lane && nearest(lane, place.at)) ?? lanes().map((one) => cellsOf(one)[0]).find(Boolean);
  reach(cell);
  const lost = document.activeElement === document.body || document.activeElement === null;
  if (had && cell && (lost || (focused() && focused() !== cell))) cell.focus({ preventScroll: true });
  had = false;
}
document.addEventListener("htmx:after:swap", (event) => event.detail.ctx?.target === board() && settle());
settle();
