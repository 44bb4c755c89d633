// The viewer of images: a canvas, the frames as the server decodes them, and what hands do to them.

const listed = JSON.parse(document.getElementById("vw-listed")?.textContent || "[]");
const canvas = document.getElementById("vw-canvas");
const state = document.getElementById("vw-state");
const fault = document.getElementById("vw-fault");
const scroll = document.getElementById("vw-scroll");
const KEPT = 60;
const frames = new Map();

let stack = [];
let at = 0;
let shown = null;
let tool = "window";
let view = fresh();
let asked = 0;

function fresh() {
  return { size: 1, x: 0, y: 0, center: null, width: null, inverted: false, lines: [] };
}

function framesOf(series) {
  return series.images.flatMap((image) =>
    Array.from({ length: Math.max(1, image.frames) }, (_each, n) => ({ image, n })));
}

async function load(entry) {
  const key = `${entry.image.file}#${entry.n}`;
  if (!frames.has(key)) {
    frames.set(key, entry.image.dicom ? decoded(entry) : picture(entry));
    if (frames.size > KEPT) frames.delete(frames.keys().next().value);
  }
  try {
    return await frames.get(key);
  } catch (error) {
    frames.delete(key);
    throw error;
  }
}

async function fetched(url) {
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

async function decoded(entry) {
  entry.image.told ??= fetched(entry.image.look).then((answer) => answer.json());
  const look = await entry.image.told;
  const url = entry.image.look.replace(/look$/, `frames/${entry.n}`);
  const bytes = await (await fetched(url)).arrayBuffer();
  const pixels = look.color ? new Uint8Array(bytes)
    : look.signed ? new Int16Array(bytes) : new Uint16Array(bytes);
  const drawn = document.createElement("canvas");
  drawn.width = look.columns;
  drawn.height = look.rows;
  return { look, pixels, drawn, painted: "" };
}

async function picture(entry) {
  const drawn = document.createElement("canvas");
  const bitmap = await createImageBitmap(await (await fetched(entry.image.file)).blob());
  drawn.width = bitmap.width;
  drawn.height = bitmap.height;
  drawn.getContext("2d").drawImage(bitmap, 0, 0);
  const look = { rows: bitmap.height, columns: bitmap.width, color: true, spacing: [0, 0] };
  return { look, pixels: null, drawn, painted: "always" };
}

function paint(one) {
  const { look, pixels, drawn } = one;
  if (one.painted === "always") return;
  const center = view.center ?? look.center;
  const width = Math.max(1, view.width ?? look.width);
  const inverted = look.inverted !== view.inverted;
  const wanted = `${center} ${width} ${inverted}`;
  if (one.painted === wanted) return;
  const context = drawn.getContext("2d");
  const image = context.createImageData(look.columns, look.rows);
  const out = image.data;
  const low = center - width / 2;
  for (let n = 0, to = 0; to < out.length; n += 1, to += 4) {
    if (look.color) {
      out[to] = pixels[3 * n];
      out[to + 1] = pixels[3 * n + 1];
      out[to + 2] = pixels[3 * n + 2];
    } else {
      const grey = ((pixels[n] * look.slope + look.intercept - low) / width) * 255;
      const light = inverted ? 255 - grey : grey;
      out[to] = light;
      out[to + 1] = light;
      out[to + 2] = light;
    }
    out[to + 3] = 255;
  }
  context.putImageData(image, 0, 0);
  one.painted = wanted;
}

function scale() {
  const fits = Math.min(canvas.width / shown.look.columns, canvas.height / shown.look.rows);
  return fits * view.size;
}

function corner() {
  const by = scale();
  return [
    (canvas.width - shown.look.columns * by) / 2 + view.x,
    (canvas.height - shown.look.rows * by) / 2 + view.y,
  ];
}

function draw() {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(canvas.clientWidth * ratio));
  canvas.height = Math.max(1, Math.round(canvas.clientHeight * ratio));
  const context = canvas.getContext("2d");
  if (!shown) return;
  paint(shown);
  const by = scale();
  const [left, top] = corner();
  context.imageSmoothingEnabled = by < 3;
  context.drawImage(shown.drawn, left, top, shown.look.columns * by, shown.look.rows * by);
  for (const line of view.lines.filter((one) => one.at === at)) measure(context, line, ratio);
  const parts = [`${at + 1} / ${stack.length}`];
  if (!shown.look.color) {
    const [center, width] = [view.center ?? shown.look.center, view.width ?? shown.look.width];
    parts.push(`W ${Math.round(width)}  L ${Math.round(center)}`);
  }
  state.textContent = [...parts, `${Math.round(by * 100)}%`].join("   ");
}

function measure(context, line, ratio) {
  const by = scale();
  const [left, top] = corner();
  const point = ([x, y]) => [left + x * by, top + y * by];
  const [from, to] = [point(line.from), point(line.to)];
  context.strokeStyle = "#ffd24a";
  context.fillStyle = "#ffd24a";
  context.lineWidth = 2 * ratio;
  context.beginPath();
  context.moveTo(...from);
  context.lineTo(...to);
  context.stroke();
  const [tall, wide] = shown.look.spacing;
  const across = line.to[0] - line.from[0];
  const down = line.to[1] - line.from[1];
  const known = tall > 0 && wide > 0;
  const length = known ? Math.hypot(across * wide, down * tall) : Math.hypot(across, down);
  context.font = `${13 * ratio}px sans-serif`;
  context.fillText(`${length.toFixed(1)} ${known ? "mm" : "px"}`, to[0] + 6 * ratio, to[1]);
}

async function show(n) {
  at = Math.min(Math.max(0, n), stack.length - 1);
  scroll.value = String(at + 1);
  asked += 1;
  const mine = asked;
  const entry = stack[at];
  try {
    const one = await load(entry);
    if (mine !== asked) return;
    shown = one;
    fault.hidden = true;
  } catch {
    if (mine !== asked) return;
    shown = null;
    document.getElementById("vw-save").href = entry.image.file;
    fault.hidden = false;
  }
  canvas.dataset.shown = shown ? String(at + 1) : "";
  draw();
  if (at + 1 < stack.length) load(stack[at + 1]).catch(() => undefined);
}

function open(n) {
  stack = framesOf(listed[n]);
  view = fresh();
  scroll.max = String(stack.length);
  scroll.closest("label").hidden = stack.length < 2;
  document.querySelectorAll(".vw-series button").forEach((each, k) =>
    each.setAttribute("aria-current", String(k === n)));
  show(0);
}

function choose(name) {
  tool = name;
  document.querySelectorAll("[data-tool]").forEach((each) =>
    each.setAttribute("aria-pressed", String(each.dataset.tool === name)));
}

const deeds = {
  invert() { view.inverted = !view.inverted; draw(); },
  reset() { view = fresh(); draw(); },
};

function where(event) {
  const ratio = window.devicePixelRatio || 1;
  const box = canvas.getBoundingClientRect();
  const by = scale();
  const [left, top] = corner();
  const [x, y] = [(event.clientX - box.left) * ratio, (event.clientY - box.top) * ratio];
  return [(x - left) / by, (y - top) / by];
}

const fingers = new Map();
let apart = 0;

function spread() {
  const [one, two] = [...fingers.values()];
  return Math.hypot(one.clientX - two.clientX, one.clientY - two.clientY);
}

function began(event) {
  if (!shown) return;
  canvas.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, event);
  if (fingers.size === 2) apart = spread();
  if (tool === "length" && fingers.size === 1) {
    view.lines.push({ at, from: where(event), to: where(event) });
  }
}

function moved(event) {
  const before = fingers.get(event.pointerId);
  if (!before || !shown) return;
  fingers.set(event.pointerId, event);
  if (fingers.size === 2) {
    const now = spread();
    view.size = bounded(view.size * (now / (apart || now)));
    apart = now;
    draw();
    return;
  }
  const ratio = window.devicePixelRatio || 1;
  const across = event.clientX - before.clientX;
  const down = event.clientY - before.clientY;
  if (tool === "pan") {
    view.x += across * ratio;
    view.y += down * ratio;
  } else if (tool === "zoom") {
    view.size = bounded(view.size * 1.005 ** -down);
  } else if (tool === "length") {
    view.lines.at(-1).to = where(event);
  } else if (!shown.look.color) {
    const width = view.width ?? shown.look.width;
    const step = Math.max(0.5, width / 400);
    view.width = Math.max(1, width + across * step);
    view.center = (view.center ?? shown.look.center) + down * step;
  }
  draw();
}

function ended(event) {
  fingers.delete(event.pointerId);
}

function bounded(size) {
  return Math.min(20, Math.max(0.2, size));
}

const keys = {
  ArrowDown: () => show(at + 1),
  ArrowRight: () => show(at + 1),
  ArrowUp: () => show(at - 1),
  ArrowLeft: () => show(at - 1),
  PageDown: () => show(at + 10),
  PageUp: () => show(at - 10),
  Home: () => show(0),
  End: () => show(stack.length - 1),
  "+": () => { view.size = bounded(view.size * 1.2); draw(); },
  "=": () => { view.size = bounded(view.size * 1.2); draw(); },
  "-": () => { view.size = bounded(view.size / 1.2); draw(); },
  0: deeds.reset,
  i: deeds.invert,
  w: () => choose("window"),
  p: () => choose("pan"),
  z: () => choose("zoom"),
  l: () => choose("length"),
};

function pressed(event) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.target === scroll) return;
  const deed = keys[event.key] || keys[event.key.toLowerCase()];
  if (!deed) return;
  event.preventDefault();
  deed();
}

if (canvas) {
  const list = document.querySelector(".vw-series");
  listed.forEach((series, n) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${n + 1} · ${series.title} (${framesOf(series).length})`;
    button.addEventListener("click", () => open(n));
    list.append(button);
  });
  for (const each of document.querySelectorAll("[data-tool]")) {
    each.addEventListener("click", () => choose(each.dataset.tool));
  }
  for (const each of document.querySelectorAll("[data-deed]")) {
    each.addEventListener("click", () => deeds[each.dataset.deed]());
  }
  canvas.addEventListener("pointerdown", began);
  canvas.addEventListener("pointermove", moved);
  canvas.addEventListener("pointerup", ended);
  canvas.addEventListener("pointercancel", ended);
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    if (event.ctrlKey || stack.length < 2) {
      view.size = bounded(view.size * (event.deltaY < 0 ? 1.1 : 1 / 1.1));
      draw();
    } else {
      show(at + Math.sign(event.deltaY));
    }
  }, { passive: false });
  scroll.addEventListener("input", () => show(Number(scroll.value) - 1));
  document.addEventListener("keydown", pressed);
  new ResizeObserver(draw).observe(canvas.parentElement);
  open(0);
}
