// The island of the periodontal chart: values are typed along the row, drawn at once, and kept a moment after.
const PAUSE = 700;
const RETRY = 4000;
const MARKS = { b: "b", p: "q", s: "s" };
const ROMAN = ["", "I", "II", "III", "IV"];
const EMPTY = "000000";
const fill = (words, n) => words.replace("{n}", n);

class PerioChart extends HTMLElement {
  connectedCallback() {
    const given = JSON.parse(this.querySelector("#perio-island").textContent);
    Object.assign(this, { content: given.content, then: given.then, words: given.words, names: given.sites, most: given.most });
    this.svg = this.querySelector(".dn-gums");
    this.half = Number(this.svg.dataset.half);
    this.mm = Number(this.svg.dataset.mm);
    this.sites = [...this.svg.querySelectorAll(".dn-site")];
    this.columns = new Map([...this.svg.querySelectorAll("[data-column]")].map((g) => [g.dataset.column, g]));
    this.mode = "d";
    this.before = "";
    this.last = null; // The site just measured: a mark right after its number is meant for it.
    this.undone = [];
    this.writes = "writes" in this.dataset;
    for (const tooth of this.columns.keys()) this.paint(tooth);
    this.lines();
    this.addEventListener("click", (event) => this.clicked(event));
    this.svg.addEventListener("keydown", (event) => this.pressed(event));
    this.svg.addEventListener("focusin", (event) => this.come(event.target.closest(".dn-site")));
    this.querySelector("[data-with]")?.addEventListener("change", (event) => this.compare(event.target));
    this.form = this.querySelector("#perio-form");
    this.form?.addEventListener("submit", () => this.write(), true);
    if (this.form) this.write();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  of(tooth) {
    return this.content[tooth] ?? {};
  }

  value(one, name, n) {
    return one[name]?.[n] ?? null;
  }

  // What is shown of one tooth.
  paint(tooth) {
    const one = this.of(tooth);
    const column = this.columns.get(tooth);
    column.classList.toggle("is-gone", Boolean(one.gone));
    column.querySelector(".dn-mobile").textContent = ROMAN[one.m ?? 0];
    column.querySelectorAll(".dn-open").forEach((text, n) => { text.textContent = ROMAN[one.f?.[n] ?? 0]; });
    for (const g of this.sites) if (g.dataset.tooth === tooth) this.paintSite(g, one);
  }

  paintSite(g, one) {
    const n = Number(g.dataset.n);
    const depth = this.value(one, "d", n);
    const recession = this.value(one, "r", n);
    g.classList.toggle("is-gone", Boolean(one.gone));
    g.classList.toggle("is-pocket", depth >= 4);
    g.classList.toggle("is-deep", depth >= 6);
    g.querySelector(".dn-depth").textContent = depth ?? "";
    g.querySelector(".dn-recession").textContent = recession ?? "";
    for (const name of ["b", "q", "s"]) g.classList.toggle(`has-${name}`, (one[name] ?? EMPTY)[n] === "1");
    g.setAttribute("aria-label", this.said(g));
  }

  said(g) {
    const { tooth, site } = g.dataset;
    const n = Number(g.dataset.n);
    const one = this.of(tooth);
    const parts = [];
    const depth = this.value(one, "d", n);
    const recession = this.value(one, "r", n);
    if (one.gone) parts.push(this.words.gone);
    else if (depth === null) parts.push(this.words.nothing);
    else parts.push(fill(this.words.depth, depth));
    if (recession !== null) parts.push(fill(this.words.recession, recession));
    if (depth !== null) parts.push(fill(this.words.loss, depth + (recession ?? 0)));
    for (const name of ["b", "q", "s"]) if ((one[name] ?? EMPTY)[n] === "1") parts.push(this.words[name]);
    if (one.m) parts.push(fill(this.words.mobile, ROMAN[one.m]));
    if (one.f) parts.push(fill(this.words.ways, one.f.map((grade) => ROMAN[grade] || "0").join("·")));
    const was = this.value(this.then[tooth] ?? {}, "d", n);
    if (was !== null) parts.push(fill(this.words.then, was));
    return `${tooth} ${this.names[site]} · ${parts.join(" · ")}`;
  }

  // The gum's edge and the pocket's floor along each side; a gap where nothing was measured.
  lines() {
    const sides = new Map();
    for (const g of this.sites) {
      const key = `${g.dataset.edge}`;
      if (!sides.has(key)) sides.set(key, []);
      sides.get(key).push(g);
    }
    const edges = [...this.svg.querySelectorAll(".dn-enamel")].map((path) => path.getAttribute("d").match(/^M4 ([\d.]+)/)[1]);
    edges.forEach((key, at) => {
      const side = (sides.get(key) ?? []).slice().sort((a, b) => a.dataset.x - b.dataset.x);
      const draw = (name, content, height) => this.svg.querySelector(`.${name}[data-line="${at}"]`).setAttribute("d", this.line(side, content, height));
      draw("dn-edge", this.content, (depth, recession) => recession);
      draw("dn-pocket", this.content, (depth, recession) => depth + recession);
      draw("dn-then", this.then, (depth, recession) => depth + recession);
    });
  }

  line(side, content, height) {
    let path = "";
    let goes = false;
    for (const g of side) {
      const one = content[g.dataset.tooth] ?? {};
      const n = Number(g.dataset.n);
      const depth = this.value(one, "d", n);
      const recession = this.value(one, "r", n) ?? 0;
      if (one.gone || depth === null) { goes = false; continue; }
      const y = Number(g.dataset.edge) + Number(g.dataset.way) * Math.min(height(depth, recession) * this.mm, 44);
      path += `${goes ? "L" : "M"}${g.dataset.x} ${y.toFixed(1)}`;
      goes = true;
    }
    return path;
  }

  come(g) {
    if (!g) return;
    this.svg.querySelector('.dn-site[tabindex="0"]')?.setAttribute("tabindex", "-1");
    g.setAttribute("tabindex", "0");
    this.here = g;
    this.say(g);
  }

  say(g) {
    const bar = this.querySelector("[data-said]");
    if (bar && g) bar.textContent = this.said(g);
  }

  go(g) {
    g?.focus({ preventScroll: false });
  }

  clicked(event) {
    const button = event.target.closest("[data-does]");
    if (button) return this.does(button.dataset.does);
    const g = event.target.closest(".dn-site");
    if (g) { this.last = null; this.go(g); }
    return undefined;
  }

  pressed(event) {
    if (event.ctrlKey && event.key.toLowerCase() === "z") { event.preventDefault(); this.does("undo"); return; }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const names = { p: "q", u: "undo", enter: "next", " ": "next", backspace: "back", "=": "+" };
    if (this.moved(event.key) || this.does(names[key] ?? key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  moved(key) {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[key];
    if (!way || !this.here) return false;
    const [dx, dy] = way;
    const at = (g) => ({ x: Number(g.dataset.x), y: Number(g.dataset.edge) });
    const here = at(this.here);
    let best = null;
    for (const g of this.sites) {
      const there = at(g);
      const along = dx ? (there.x - here.x) * dx : (there.y - here.y) * dy;
      if (along < 2 || (dx && there.y !== here.y)) continue;
      const far = along + Math.abs(dx ? 0 : there.x - here.x) * 4;
      if (best === null || far < best.far) best = { g, far };
    }
    this.last = null;
    if (best) this.go(best.g);
    return true;
  }

  // One key or button; says whether it means anything.
  does(what) {
    if (what === "next") return this.step(1);
    if (!this.writes) return false;
    if (what === "d" || what === "r") return this.choose(what === this.mode && what === "r" ? "d" : what);
    if (what === "+" || what === "-") return this.hold(what);
    if (what === "undo") return this.undo();
    if (!this.here) return false;
    if (/^\d$/.test(what)) return this.number(Number(what));
    if (what === "back") return this.back();
    if (what === "x") return this.change(this.here.dataset.tooth, (one) => (one.gone ? {} : { gone: true }));
    if (what === "m") return this.change(this.here.dataset.tooth, (one) => ({ ...one, m: ((one.m ?? 0) + 1) % (this.most.m + 1) }));
    if (what === "f") return this.furcation();
    return Object.values(MARKS).includes(what) ? this.mark(what) : false;
  }

  choose(mode) {
    this.mode = mode;
    for (const name of ["d", "r"]) this.querySelector(`[data-does="${name}"]`)?.setAttribute("aria-pressed", String(name === mode));
    this.svg.dataset.mode = mode;
    return true;
  }

  hold(sign) {
    this.before = this.before === sign ? "" : sign;
    for (const name of ["+", "-"]) this.querySelector(`[data-does="${name}"]`)?.setAttribute("aria-pressed", String(name === this.before));
    return true;
  }

  number(digit) {
    const { tooth } = this.here.dataset;
    const n = Number(this.here.dataset.n);
    let value = this.before === "+" ? digit + 10 : digit;
    if (this.before === "-" && this.mode === "r") value = -digit;
    if (this.before) this.hold(this.before);
    if (value > 15) return true;
    this.change(tooth, (one) => ({ ...one, gone: undefined, [this.mode]: Object.assign(one[this.mode]?.slice() ?? Array(6).fill(null), { [n]: value }) }));
    this.step(1);
    this.last = this.sites.find((g) => g.dataset.tooth === tooth && Number(g.dataset.n) === n);
    return true;
  }

  // On along the row; teeth that are gone are passed over.
  step(way) {
    let at = this.sites.indexOf(this.here);
    do at += way; while (this.sites[at] && this.of(this.sites[at].dataset.tooth).gone);
    this.last = null;
    if (this.sites[at]) this.go(this.sites[at]);
    return true;
  }

  back() {
    this.step(-1);
    const { tooth } = this.here.dataset;
    const n = Number(this.here.dataset.n);
    return this.change(tooth, (one) => {
      if (!one[this.mode]) return one;
      return { ...one, [this.mode]: Object.assign(one[this.mode].slice(), { [n]: null }) };
    });
  }

  mark(name) {
    const g = this.last ?? this.here;
    const n = Number(g.dataset.n);
    this.change(g.dataset.tooth, (one) => {
      const marks = [...(one[name] ?? EMPTY)];
      marks[n] = marks[n] === "1" ? "0" : "1";
      return { ...one, [name]: marks.join("") };
    });
    this.say(g);
    return true;
  }

  // The entrance that is nearest to the site one is at.
  furcation() {
    const { tooth, site } = this.here.dataset;
    const many = this.columns.get(tooth).querySelectorAll(".dn-open").length;
    if (!many) return true;
    const is3 = many === 3;
    const at = is3 ? (site.startsWith("M") ? 0 : site.startsWith("D") ? 2 : 1)
      : "34".includes(tooth[0]) ? (site.endsWith("L") ? 1 : 0) : (site.startsWith("D") ? 1 : 0);
    return this.change(tooth, (one) => {
      const f = one.f?.slice() ?? Array(many).fill(0);
      f[at] = (f[at] + 1) % (this.most.f + 1);
      return { ...one, f };
    });
  }

  change(tooth, make) {
    const was = this.of(tooth);
    this.undone.push([tooth, was, this.here]);
    this.keep(tooth, make(was));
    return true;
  }

  undo() {
    const step = this.undone.pop();
    if (!step) return true;
    const [tooth, was, here] = step;
    this.keep(tooth, was);
    this.last = null;
    this.go(here);
    this.say(here);
    return true;
  }

  keep(tooth, one) {
    this.content = { ...this.content, [tooth]: one };
    this.paint(tooth);
    this.lines();
    this.say(this.here);
    this.write();
    this.later();
  }

  write() {
    if (this.form) this.form.elements.content.value = JSON.stringify(this.content);
  }

  later(pause = PAUSE) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }

  // One sending at a time; what had no answer is sent again as it was, so that it is done once.
  async save() {
    if (this.sending && !this.failed) { this.later(PAUSE); return; }
    const body = this.failed ?? new FormData(this.form);
    this.sending = true;
    this.failed = null;
    this.kept(this.dataset.saving);
    try {
      const answer = await fetch(this.dataset.save, { method: "POST", body, headers: { "HX-Request": "true" } });
      if (answer.status >= 500 || answer.status === 429) throw new Error("later");
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html").body;
      if (answer.ok) this.querySelector("#perio-kept").replaceWith(parsed.querySelector("#perio-kept"));
      else this.form.querySelector("[data-errors]").replaceChildren(...parsed.childNodes);
      if (answer.ok) this.form.querySelector("[data-errors]").replaceChildren();
      if (answer.ok && body.get("content") !== this.form.elements.content.value) this.later(0);
    } catch {
      this.failed = body;
      this.kept(this.dataset.offline);
      this.later(RETRY);
    } finally {
      this.sending = false;
    }
  }

  kept(words) {
    const place = this.querySelector("[data-kept]");
    if (place) place.textContent = words;
  }

  compare(select) {
    const address = new URL(window.location.href);
    address.searchParams.set("with", select.value);
    window.location.assign(address);
  }
}

customElements.define("perio-chart", PerioChart);
