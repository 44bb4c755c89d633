// A booking in the hand: taken up by mouse or keys, shown where it would go, put down or left.
// The server decides; what it refuses comes into the dialog with its reason, and the card is where it was.
import { at, board, grid, height, instant, laneOf, put, STEP, steps, wall } from "./places.js";
import { base, say } from "./say.js";

let held = null; // {id, version, name, card, lane, at, steps, kind: "move" | "stretch", from}
let ghost = null;

export const carried = () => held;

// Taken from its card, or (without one on this page) from the pinboard.
export function take(card, { kind = "move", name, lane, from, long } = {}) {
  leave({ silent: true });
  const { booking, pinned, version, minutes } = card.dataset;
  const own = card.matches(".yl-book");
  held = {
    id: booking ?? pinned,
    version,
    card: own ? card : document.getElementById(`card-${pinned}`),
    name: name ?? card.dataset.name ?? card.querySelector(".yl-name")?.textContent ?? "",
    lane: lane ?? (own ? laneOf(card) : null),
    at: from ?? (own ? at(card) : 0),
    steps: long ?? Math.max(1, Math.round(Number(minutes) / STEP)),
    kind,
  };
  held.from = { lane: held.lane, at: held.at, steps: held.steps };
  held.card?.classList.add("is-moved");
  draw();
  say("taken", { name: held.name });
}

function draw() {
  if (!held.lane) return;
  if (!ghost) {
    ghost = document.createElement("div");
    ghost.className = "yl-book sc-ghost";
    ghost.id = "sc-ghost";
    ghost.dataset.keepOpen = ""; // what others change waits until the hand is empty
    ghost.setAttribute("aria-hidden", "true");
    ghost.append(document.createElement("b"), document.createElement("span"));
  }
  ghost.firstChild.textContent = held.name;
  ghost.lastChild.textContent = ` ${wall(held.lane, held.at)}–${wall(held.lane, held.at + held.steps)}`;
  put(ghost, held.at, held.steps);
  if (ghost.parentElement !== held.lane) held.lane.append(ghost);
}

export function show() {
  ghost?.scrollIntoView({ block: "nearest", inline: "nearest" });
}

export function goTo(lane, from) {
  const place = Math.min(Math.max(from, 0), Math.max(0, height() - held.steps));
  if (lane === held.lane && place === held.at) return false;
  held.lane = lane;
  held.at = place;
  draw();
  return true;
}

export function stretchTo(long) {
  const wanted = Math.min(Math.max(long, 1), height() - held.at);
  if (wanted === held.steps) return false;
  held.steps = wanted;
  draw();
  return true;
}

export function tell() {
  const until = wall(held.lane, held.at + held.steps);
  if (held.kind === "stretch") say("long", { minutes: held.steps * STEP, until });
  else say("at", { column: held.lane.getAttribute("aria-label"), from: wall(held.lane, held.at), until });
}

export function leave({ silent = false } = {}) {
  if (!held) return;
  held.card?.classList.remove("is-moved");
  ghost?.remove();
  ghost = held = null;
  if (!silent) say("left");
}

export function drop() {
  const { id, version, lane, from, kind } = held;
  const same = lane === from.lane && held.at === from.at && held.steps === from.steps;
  if (!lane || (same && from.lane)) return leave();
  const values = { version };
  if (kind === "stretch") values.minutes = held.steps * STEP;
  else {
    values.starts_at = instant(lane, held.at);
    if (lane.dataset.resource !== from.lane?.dataset.resource) values.resource = lane.dataset.resource;
  }
  ghost.classList.add("is-sending");
  return send(`${base}grid/${id}/${kind === "stretch" ? "size" : "place"}`, values);
}

export function pin() {
  const { id } = held;
  leave({ silent: true });
  return send(`${base}grid/${id}/pin`, {});
}

export const pinCard = (card) => send(`${base}grid/${card.dataset.booking}/pin`, {});

function send(url, values) {
  const request_key = crypto.randomUUID?.() ?? String(Math.random()).slice(2);
  return window.htmx.ajax("POST", url, { source: grid(), target: "#dialog", swap: "innerHTML", values: { ...values, request_key } });
}

// Done or refused: the hand is empty, and the board is drawn as it is now.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.request.method === "GET" || !ctx.request.action?.includes?.("/grid/")) return;
  const refused = ctx.response.status >= 400;
  if (ghost) delete ghost.dataset.keepOpen;
  if (refused && held) leave({ silent: true });
  board()?.dispatchEvent(new CustomEvent("live"));
});
document.addEventListener("htmx:error", () => leave({ silent: true }));
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx?.target !== board()) return;
  ghost?.remove();
  ghost = held = null;
});
