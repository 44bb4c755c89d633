// The island of the tooth chart: chooses by mouse, arrows and letters, and paints only what differs.
const LETTERS = { m: "M", d: "D", o: "OI", i: "OI", b: "B", v: "B", l: "L", p: "L" };

class DentalChart extends HTMLElement {
  connectedCallback() {
    this.teeth = new Map([...this.querySelectorAll("[data-tooth]")].map((g) => [g.dataset.tooth, this.known(g)]));
    this.chosen = new Set();
    this.writes = 0;
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("keydown", (event) => this.pressed(event));
    this.addEventListener("change", (event) => event.target.matches("[data-others]") && this.other(event.target));
    // What is replaced is no longer part of this element when it is told of: the document hears it.
    this.heard = () => this.paint();
    document.addEventListener("htmx:after:swap", this.heard);
    this.heardBack = (event) => this.answered(event);
    document.addEventListener("htmx:after:request", this.heardBack);
    document.addEventListener("htmx:finally:request", this.heardBack);
    this.querySelector("[data-typed]")?.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      this.send("", event.target);
    });
    this.painted = JSON.parse(this.querySelector("#dental-painted").textContent);
  }

  disconnectedCallback() {
    document.removeEventListener("htmx:after:swap", this.heard);
    document.removeEventListener("htmx:after:request", this.heardBack);
    document.removeEventListener("htmx:finally:request", this.heardBack);
  }

  // What of a tooth can change, looked up once.
  known(g) {
    const surfaces = new Map([...g.querySelectorAll("[data-s]")].map((path) => [path.dataset.s, path]));
    return { g, surfaces, loose: g.querySelector(".dn-loose"), title: g.querySelector("title") };
  }

  write(node, name, value) {
    this.writes += 1;
    if (name === "text") node.textContent = value;
    else node.setAttribute(name, value);
  }

  // Only what differs from what is shown is written: a finding on one tooth touches that tooth alone.
  paint() {
    const fresh = this.querySelector("#dental-painted");
    if (!fresh) return;
    const now = JSON.parse(fresh.textContent);
    for (const [tooth, wanted] of Object.entries(now)) {
      const shown = this.painted[tooth];
      const at = this.teeth.get(tooth);
      if (!at || JSON.stringify(shown) === JSON.stringify(wanted)) continue;
      this.repaint(at, shown, wanted);
    }
    this.painted = now;
    this.dataset.writes = String(this.writes);
    this.say();
  }

  repaint(at, shown, wanted) {
    if (shown.c !== wanted.c) this.write(at.g, "class", `dn-tooth ${wanted.c}`.trim());
    for (const [letter, path] of at.surfaces) {
      if ((shown.s[letter] ?? "") === (wanted.s[letter] ?? "")) continue;
      const chosen = path.classList.contains("is-chosen") ? " is-chosen" : "";
      this.write(path, "class", `yl-tooth dn-s ${wanted.s[letter] ?? ""}${chosen}`.trim());
    }
    if (shown.m !== wanted.m) this.write(at.loose, "text", wanted.m);
    if (shown.say !== wanted.say) {
      this.write(at.g, "aria-label", wanted.say);
      this.write(at.title, "text", wanted.say);
    }
  }

  clicked(event) {
    const button = event.target.closest("[data-finding]");
    if (button) return this.send(button.dataset.finding);
    const g = event.target.closest("[data-tooth]");
    if (!g) return undefined;
    const surface = event.target.closest("[data-s]")?.dataset.s;
    const isOther = g.dataset.tooth !== this.tooth;
    this.choose(g.dataset.tooth);
    if (surface) this.toggle(surface);
    else if (!isOther) this.clear();
    return undefined;
  }

  choose(tooth) {
    if (tooth === this.tooth) return;
    this.clear();
    const before = this.teeth.get(this.tooth);
    if (before) { before.g.setAttribute("aria-pressed", "false"); }
    this.querySelector('[data-tooth][tabindex="0"]')?.setAttribute("tabindex", "-1");
    this.tooth = tooth;
    const { g } = this.teeth.get(tooth);
    g.setAttribute("aria-pressed", "true");
    g.setAttribute("tabindex", "0");
    g.focus({ preventScroll: true });
    this.say();
  }

  toggle(letter) {
    const path = this.teeth.get(this.tooth)?.surfaces.get(letter);
    if (!path) return;
    if (this.chosen.delete(letter)) path.classList.remove("is-chosen");
    else { this.chosen.add(letter); path.classList.add("is-chosen"); }
    this.say();
  }

  clear() {
    for (const letter of this.chosen) this.teeth.get(this.tooth).surfaces.get(letter).classList.remove("is-chosen");
    this.chosen.clear();
  }

  // What stands beside the chart follows the tooth that is chosen.
  tell() {
    const detail = { tooth: this.tooth, surfaces: [...this.chosen].join("") };
    this.dispatchEvent(new CustomEvent("tooth-chosen", { bubbles: true, detail }));
  }

  say() {
    if (this.tooth) this.tell();
    const bar = this.querySelector("[data-said]");
    if (this.tooth && bar) bar.textContent = `${this.painted[this.tooth].say}${this.chosen.size ? ` · ${[...this.chosen].join("")}` : ""}`;
  }

  pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.target.closest("[data-tooth]")) return;
    if (this.moved(event.key) || this.lettered(event.key.toLowerCase()) || this.numbered(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  // Arrows go along a row, and up and down to the tooth that stands there.
  moved(key) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[key];
    if (!way) return false;
    const from = document.activeElement.closest("[data-tooth]");
    const next = this.beside(from, way);
    if (next) this.choose(next);
    return true;
  }

  beside(from, [dx, dy]) {
    const here = this.place(from);
    let best = null;
    for (const [tooth, { g }] of this.teeth) {
      const there = this.place(g);
      const along = dx ? (there.x - here.x) * dx : (there.y - here.y) * dy;
      const across = dx ? Math.abs(there.y - here.y) : Math.abs(there.x - here.x);
      if (along < 2 || (dx && across > 2)) continue;
      const far = along + across * 4;
      if (best === null || far < best.far) best = { tooth, far };
    }
    return best?.tooth;
  }

  place(g) {
    const ring = g.querySelector(".dn-ring");
    return { x: Number(ring.getAttribute("cx")), y: Number(ring.getAttribute("cy")) };
  }

  lettered(key) {
    const layer = this.querySelector(`[data-layer-key="${CSS.escape(key)}"]`);
    if (layer) { layer.checked = true; return true; }
    if (key === "/" && this.querySelector("[data-typed]")) { this.querySelector("[data-typed]").focus(); return true; }
    if (key === "escape") { this.clear(); this.say(); return true; }
    if (key === " " || key === "enter") { this.choose(document.activeElement.dataset.tooth); return true; }
    if (!LETTERS[key]) return false;
    this.choose(document.activeElement.dataset.tooth);
    for (const letter of LETTERS[key]) this.toggle(letter);
    return true;
  }

  numbered(key) {
    const button = /^\d$/.test(key) && this.querySelector(`[data-number="${key}"]`);
    if (!button) return false;
    this.choose(document.activeElement.dataset.tooth);
    this.send(button.dataset.finding);
    return true;
  }

  other(select) {
    if (select.value) this.send(select.value);
    select.value = "";
  }

  // The form is part of what is fetched anew, so it always knows what was seen.
  send(finding, typed = null) {
    const form = this.querySelector("#dental-form");
    const text = this.querySelector("[data-typed]");
    if (!form || (typed ? !typed.value.trim() : !this.tooth)) return;
    const kept = text.value;
    if (!typed) text.value = "";
    form.elements.tooth.value = typed ? "" : this.tooth;
    form.elements.surfaces.value = typed ? "" : [...this.chosen].join("");
    form.elements.finding.value = finding;
    this.fit(finding);
    // Until the answer is here nobody else's news takes the form away that it belongs to.
    form.dataset.keepOpen = "";
    this.sent = { form, typed, kept };
    form.requestSubmit();
  }

  // Of all answers only that to what was sent from here: news of a colleague's entry comes at any moment.
  answered(event) {
    const { ctx } = event.detail;
    if (!this.sent || ctx.sourceElement !== this.sent.form) return;
    const { form, typed, kept } = this.sent;
    this.sent = null;
    delete form.dataset.keepOpen;
    const text = this.querySelector("[data-typed]");
    const status = ctx.response?.status ?? 503;
    if (typed && status < 400) text.value = "";
    else if (!typed) text.value = kept;
    if (status < 400) { this.clear(); const detail = this.querySelector("#dn-detail"); if (detail) detail.value = ""; }
  }

  // A kind that belongs to another finding is not sent along.
  fit(finding) {
    const detail = this.querySelector("#dn-detail");
    const option = detail?.selectedOptions[0];
    if (option?.value && option.parentElement.dataset.of !== finding) detail.value = "";
  }
}

customElements.define("dental-chart", DentalChart);
