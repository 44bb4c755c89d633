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

// The same on the wall of the clinic, whose offset the lane's first instant carries.
export function wall(lane, from) {
  const [, hours, minutes] = lane.dataset.opens.match(/T(\d\d):(\d\d)/);
  const total = Number(hours) * 60 + Number(minutes) + from * STEP;
  const two = (value) => String(value).padStart(2, "0");
  return `${two(Math.floor(total / 60) % 24)}:${two(total % 60)}`;
}

export const cellsOf = (lane) => [...lane.querySelectorAll('[role="gridcell"]')].sort((a, b) => at(a) - at(b));
export const focused = () => document.activeElement?.closest?.(".yl-day [role=gridcell]") ?? null;
