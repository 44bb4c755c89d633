// A field to sign in: what finger, pen or mouse draws becomes lines in the pad's own units, kept in the form.
const WIDTH = 1000;
const HEIGHT = 360;
const STEP = 5; // Points nearer than this say nothing new.
const MOST_POINTS = 5500;
const drawing = new WeakMap();

const padOf = (target) => target?.closest?.("[data-pad]");
const fieldOf = (pad) => pad.querySelector("input[name='strokes']");

function linesOf(pad) {
  try { return JSON.parse(fieldOf(pad).value || "[]"); } catch { return []; }
}

function show(pad) {
  const path = linesOf(pad).map(([first, ...others]) => `M${first.join(" ")}${(others.length ? others : [first]).map((one) => `L${one.join(" ")}`).join("")}`).join(" ");
  pad.querySelector("path").setAttribute("d", path);
  pad.classList.toggle("is-signed", path !== "");
}

function keep(pad, lines) {
  fieldOf(pad).value = JSON.stringify(lines);
  show(pad);
}

function place(pad, event) {
  const box = pad.querySelector("svg").getBoundingClientRect();
  const within = (value, most) => Math.max(0, Math.min(most, Math.round(value)));
  return [within(((event.clientX - box.left) / box.width) * WIDTH, WIDTH), within(((event.clientY - box.top) / box.height) * HEIGHT, HEIGHT)];
}

document.addEventListener("pointerdown", (event) => {
  const pad = padOf(event.target);
  if (!pad || !event.target.closest("svg") || event.button > 0) return;
  event.preventDefault();
  event.target.closest("svg").setPointerCapture?.(event.pointerId);
  const lines = linesOf(pad);
  lines.push([place(pad, event)]);
  drawing.set(pad, event.pointerId);
  keep(pad, lines);
});

document.addEventListener("pointermove", (event) => {
  const pad = padOf(event.target);
  if (!pad || drawing.get(pad) !== event.pointerId) return;
  const lines = linesOf(pad);
  const line = lines[lines.length - 1];
  for (const one of event.getCoalescedEvents?.() ?? [event]) {
    const point = place(pad, one);
    const last = line[line.length - 1];
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) >= STEP && lines.flat().length < MOST_POINTS) line.push(point);
  }
  keep(pad, lines);
});

for (const over of ["pointerup", "pointercancel"]) {
  document.addEventListener(over, (event) => { const pad = padOf(event.target); if (pad) drawing.delete(pad); });
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-pad-clear]")) keep(padOf(event.target), []);
});

for (const pad of document.querySelectorAll("[data-pad]")) show(pad);
