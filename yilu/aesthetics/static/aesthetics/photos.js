// Photographs: two laid over each other with a line to move, and points and a design drawn over one.
const SVG = "http://www.w3.org/2000/svg";
const node = (name, attributes) => { const made = document.createElementNS(SVG, name); for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value); return made; };

// Where a pointer is in the units of a drawing, however it is fitted into its box.
function within(svg, event) {
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [x, y];
}

class PhotoCompare extends HTMLElement {
  connectedCallback() {
    const slide = this.querySelector("[data-slide]");
    slide.addEventListener("input", () => this.cut(Number(slide.value)));
    this.addEventListener("change", (event) => event.target.name === "way" && this.show(event.target.value));
    const svg = this.querySelector('[data-way="slider"] svg');
    const follow = (event) => {
      slide.value = Math.round(within(svg, event)[0]);
      this.cut(Number(slide.value));
    };
    svg.addEventListener("pointerdown", (event) => { event.preventDefault(); svg.setPointerCapture(event.pointerId); follow(event); });
    svg.addEventListener("pointermove", (event) => svg.hasPointerCapture(event.pointerId) && follow(event));
  }

  cut(x) {
    const clip = this.querySelector("[data-clip]");
    clip.setAttribute("x", x);
    clip.setAttribute("width", Math.max(0, 1000 - x));
    this.querySelector("[data-line]").setAttribute("d", `M${x} 0V${clip.getAttribute("height")}`);
  }

  show(way) {
    for (const part of this.querySelectorAll("[data-way]")) part.hidden = part.dataset.way !== way;
  }
}

class PhotoDesign extends HTMLElement {
  connectedCallback() {
    this.svg = this.querySelector("svg");
    this.high = Number(this.dataset.height);
    this.shapes = JSON.parse(this.querySelector("#ae-shapes").textContent) || [];
    this.points = JSON.parse(this.querySelector("#ae-points").textContent) || [];
    this.gone = [];
    this.cross = [500, Math.round(this.high / 2)];
    this.svg.addEventListener("pointerdown", (event) => this.down(event));
    this.svg.addEventListener("pointermove", (event) => this.moved(event));
    this.svg.addEventListener("pointerup", () => this.up());
    this.svg.addEventListener("keydown", (event) => this.pressed(event));
    this.querySelector("[data-undo]")?.addEventListener("click", () => this.undo());
    this.querySelector("[data-redo]")?.addEventListener("click", () => this.redo());
    this.paint();
  }

  get tool() { return this.querySelector("[name=tool]:checked")?.value ?? "points"; }
  get colour() { return this.querySelector("[data-colour]")?.value ?? "red"; }

  at(event) {
    const held = (value, most) => Math.max(0, Math.min(most, Math.round(value * 10) / 10));
    const [x, y] = within(this.svg, event);
    return [held(x, 1000), held(y, this.high)];
  }

  down(event) {
    if (event.button > 0) return;
    event.preventDefault();
    this.svg.focus({ preventScroll: true });
    this.cross = this.at(event);
    if (this.tool === "line") { this.line = [this.cross]; this.svg.setPointerCapture(event.pointerId); } else this.set(this.cross);
    this.paint();
  }

  moved(event) {
    if (!this.line || !this.svg.hasPointerCapture(event.pointerId)) return;
    const point = this.at(event);
    const last = this.line[this.line.length - 1];
    if (Math.hypot(point[0] - last[0], point[1] - last[1]) > 4 && this.line.length < 390) { this.line.push(point); this.paint(); }
  }

  up() {
    if (!this.line) return;
    if (this.line.length > 1) this.add({ t: "line", c: this.colour, p: this.line });
    this.line = null;
    this.paint();
  }

  // By keys a line is set point by point: Enter adds one, Escape ends it.
  pressed(event) {
    const step = event.shiftKey ? 25 : 5;
    const ways = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (ways[event.key]) {
      this.cross = [Math.max(0, Math.min(1000, this.cross[0] + ways[event.key][0])), Math.max(0, Math.min(this.high, this.cross[1] + ways[event.key][1]))];
    } else if (event.key === "Enter" || event.key === " ") {
      if (this.tool === "line") (this.line ??= []).push([...this.cross]); else this.set([...this.cross]);
    } else if (event.key === "Escape" && this.line) this.up();
    else if (event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey)) { if (event.shiftKey) this.redo(); else this.undo(); } else return;
    event.preventDefault();
    this.paint();
  }

  set(place) {
    if (this.tool === "points") {
      this.points = this.points.length < 2 ? [...this.points, place] : [place];
      this.marked = true;
      return;
    }
    const words = this.querySelector("[data-words]").value.trim();
    if (this.tool === "text") { if (words) this.add({ t: "text", c: this.colour, at: place, words }); return; }
    const unit = this.querySelector("[data-unit]").value;
    this.add({ t: "point", c: this.colour, at: place, amount: unit ? this.querySelector("[data-amount]").value.trim() : "", unit });
  }

  add(shape) { this.shapes.push(shape); this.gone = []; }
  undo() { if (this.shapes.length) this.gone.push(this.shapes.pop()); this.paint(); }
  redo() { if (this.gone.length) this.shapes.push(this.gone.pop()); this.paint(); }

  paint() {
    const drawn = this.querySelector("[data-shapes]");
    drawn.replaceChildren(...this.shapes.flatMap((one) => this.draw(one)));
    if (this.line) drawn.append(...this.draw({ t: "line", c: this.colour, p: this.line }));
    this.querySelector("[data-handles]").replaceChildren(...this.points.map(([x, y]) => node("path", { class: "ae-handle", d: `M${x - 16} ${y}H${x + 16}M${x} ${y - 16}V${y + 16}M${x - 9} ${y}a9 9 0 1 0 18 0a9 9 0 1 0 -18 0` })));
    this.querySelector("[data-cross]").setAttribute("transform", `translate(${this.cross[0]} ${this.cross[1]})`);
    const design = this.querySelector("[data-design]");
    if (design) design.elements.shapes.value = JSON.stringify(this.shapes);
    const sums = {};
    for (const one of this.shapes) if (one.unit) sums[one.unit] = (sums[one.unit] ?? 0) + Number(one.amount);
    const said = this.querySelector("[data-sums]");
    if (said) said.textContent = Object.entries(sums).map(([unit, sum]) => `Σ ${Math.round(sum * 100) / 100} ${unit}`).join(" · ");
    const form = document.querySelector("[data-points-form]");
    if (form) form.elements.points.value = this.points.flat().join(",");
    if (form && this.marked) form.querySelector("[data-points-said]").textContent = `${this.points.length} / 2`;
  }

  draw(one) {
    if (one.t === "line") return [node("polyline", { class: `ae-d ae-d-${one.c}`, points: one.p.map((at) => at.join(",")).join(" ") })];
    const [x, y] = one.at;
    const words = node("text", { class: `ae-t ae-t-${one.c}`, translate: "no", x: one.t === "text" ? x : x + 12, y: y + 7 });
    words.textContent = one.t === "text" ? one.words : `${one.amount} ${one.unit}`.trim();
    return one.t === "text" ? [words] : [node("circle", { class: `ae-t ae-t-${one.c}`, cx: x, cy: y, r: 7 }), words];
  }
}

customElements.define("photo-compare", PhotoCompare);
customElements.define("photo-design", PhotoDesign);
