// The hand on the grid: drag a card, pull its lower edge, drop it on the pinboard. A mouse drags at
// once; a finger presses long first, because a short move of it scrolls.
import { carried, drop, goTo, leave, pin, stretchTo, take } from "./carry.js";
import { at, grid, lanes, slot, steps } from "./places.js";

const EDGE = 7; // this close to its lower edge a card is stretched
const THUMB = 16; // the same for a finger
const FIRM = 4; // a hand that moves less than this has pressed, not dragged
const LONG = 350; // ms that a finger rests before it takes a card up
const STILL = 10; // a finger that moves more than this before has scrolled
const NEAR = 36; // this close to the edge the grid scrolls by itself

let down = null; // what was pressed, until the hand moves
let frame = 0;
let last = null;
let dragged = false;
let rest = 0;

function measure() {
  const box = grid().getBoundingClientRect();
  const columns = lanes().map((lane) => ({ lane, left: lane.offsetLeft, right: lane.offsetLeft + lane.offsetWidth }));
  const head = grid().querySelector(".yl-dayhead").offsetHeight;
  return { box, columns, slot: slot(), head };
}

function over(selector, event) {
  const found = document.querySelector(selector);
  if (!found) return null;
  const box = found.closest("section").getBoundingClientRect();
  const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  found.classList.toggle("is-over", inside);
  return inside ? found : null;
}

function follow() {
  frame = 0;
  if (!carried() || !last) return;
  const { box, columns, slot: size, head } = down.seen;
  const scroller = grid();
  const y = last.clientY - box.top - head + scroller.scrollTop;
  if (carried().kind === "stretch") {
    stretchTo(Math.round((y - down.grip) / size) - carried().at);
  } else if (last.clientX > box.left && last.clientX < box.right) {
    const x = last.clientX - box.left + scroller.scrollLeft;
    const column = columns.find((one) => x >= one.left && x < one.right);
    if (column) goTo(column.lane, Math.round((y - down.grip) / size));
  }
  scroll(scroller, box);
}

function scroll(scroller, box) {
  const pull = (value, low, high) => (value < low + NEAR ? -1 : value > high - NEAR ? 1 : 0);
  const within = last.clientX > box.left && last.clientX < box.right;
  const vertical = within ? pull(last.clientY, box.top + NEAR, box.bottom) : 0;
  const horizontal = within && carried().kind === "move" ? pull(last.clientX, box.left + NEAR, box.right) : 0;
  const before = scroller.scrollTop + scroller.scrollLeft;
  scroller.scrollBy(horizontal * 12, vertical * 10);
  if (before !== scroller.scrollTop + scroller.scrollLeft) ask();
}

function ask() {
  frame ||= requestAnimationFrame(follow);
}

document.addEventListener("pointerdown", (event) => {
  dragged = false;
  if (!event.isPrimary) return; // a second finger
  const card = event.target.closest?.(".yl-day [data-booking], [data-pinned]");
  if (!card || event.button !== 0 || !grid()) return;
  const touch = event.pointerType === "touch";
  const box = card.getBoundingClientRect();
  const edge = touch ? Math.min(THUMB, box.height / 3) : EDGE;
  const low = card.matches("[data-sizable]") && event.clientY > box.bottom - edge;
  if (!low && !card.matches("[data-movable], [data-pinned]")) return;
  // How far from the edge that is moved it was taken: it stays so far from the hand.
  const grip = low ? event.clientY - box.bottom : card.matches(".yl-book") ? event.clientY - box.top : slot();
  if (touch) rest = setTimeout(lift, LONG);
  down = { touch, card, grip, x: event.clientX, y: event.clientY, kind: low ? "stretch" : "move" };
});

function lift() {
  if (!down) return;
  down.seen = measure();
  dragged = true;
  document.body.classList.add("sc-dragging");
  const { card, kind, touch } = down;
  if (touch) navigator.vibrate?.(12);
  // A card cut at the head of the board, or drawn longer than it is, is stretched from what is seen.
  take(card, { kind, ...(kind === "stretch" ? { from: at(card), long: steps(card) } : {}) });
}

document.addEventListener("pointermove", (event) => {
  if (!down || !event.isPrimary) return;
  last = event;
  if (!down.seen) {
    const far = Math.hypot(event.clientX - down.x, event.clientY - down.y);
    if (down.touch) return far > STILL ? end() : undefined;
    if (far < FIRM) return;
    lift();
  }
  over("[data-pinboard]", event);
  ask();
});

function end() {
  clearTimeout(rest);
  down = last = null;
  cancelAnimationFrame(frame);
  frame = 0;
  document.body.classList.remove("sc-dragging");
  document.querySelector("[data-pinboard]")?.classList.remove("is-over");
}

document.addEventListener("pointerup", (event) => {
  if (!down || !event.isPrimary) return;
  if (carried() && down.seen) {
    last = event;
    cancelAnimationFrame(frame);
    follow();
    if (carried().kind === "move" && over("[data-pinboard]", event)) pin();
    else drop();
  }
  end();
});
document.addEventListener("pointercancel", () => {
  if (down?.seen) leave();
  end();
});
// What a finger carries does not scroll the page below it, and a long press opens no menu.
document.addEventListener("touchmove", (event) => down?.seen && event.cancelable && event.preventDefault(), { passive: false });
document.addEventListener("contextmenu", (event) => down?.touch && event.preventDefault());
document.addEventListener("dragstart", (event) => event.target.closest?.(".yl-day, .yl-pin") && event.preventDefault());
// A press that became a drag opens nothing.
document.addEventListener("click", (event) => {
  if (!dragged) return;
  dragged = false;
  if (!event.target.closest?.(".yl-day, .yl-pin")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);
