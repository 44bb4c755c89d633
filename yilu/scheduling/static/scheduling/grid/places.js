// Where things stand on the grid: columns are lanes, heights are steps of five minutes.
export const STEP = 5;
const PLACE = /\b(at|for)-\d+\b/g;

export const board = () => document.getElementById("board");
export const grid = () => board()?.querySelector("[data-grid]") ?? null;
export const day = () => grid()?.querySelector(".yl-day") ?? null;
export const lanes = () => [...(day()?.querySelectorAll(".yl-lane") ?? [])].filter((lane) => lane.getClientRects().length);
export const height = () => Number(day()?.dataset.steps ?? 0);
export const laneOf = (element) => element.closest(".yl-lane");
export const slot = () => parseFloat(getComputedStyle(day()).getPropertyValue("--yl-slot")) || 10;

const number = (element, name) => Number(element.className.match(new RegExp(`\\b${name}-(\\d+)`))?.[1] ?? 0);
export const at = (element) => number(element, "at");
export const steps = (element) => Math.max(1, number(element, "for"));

export function put(element, from, long) {
  element.className = `${element.className.replace(PLACE, "").trim()} at-${from} for-${long}`;
}

// The instant at so many steps below the head of a lane, as the server reads it.
export function instant(lane, from) {
  return new Date(Date.parse(lane.dataset.opens) + from * STEP * 60_000).toISOString();
}

const clocks = new Map();

// The same on the wall of the clinic: what it shows then, also after the clocks were changed.
export function wall(lane, from) {
  const { zone } = lane.closest(".yl-day").dataset;
  const clock = clocks.get(zone) ?? new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  clocks.set(zone, clock);
  return clock.format(new Date(instant(lane, from)));
}
export const cellsOf = (lane) => [...lane.querySelectorAll('[role="gridcell"]')].sort((a, b) => at(a) - at(b));
export const focused = () => document.activeElement?.closest?.(".yl-day [role=gridcell]") ?? null;
