// The map of face and body: a click, or space on an area, ticks its box in the list, which is what is sent.
class BodyMap extends HTMLElement {
  connectedCallback() {
    this.addEventListener("click", (event) => this.toggle(event.target.closest("[data-area]")));
    this.addEventListener("keydown", (event) => this.pressed(event));
    this.addEventListener("change", () => this.paint());
    this.paint();
  }

  box(area) { return this.querySelector(`input[value="${CSS.escape(area.dataset.area)}"]`); }

  toggle(area) {
    if (!area) return;
    const box = this.box(area);
    box.checked = !box.checked;
    box.dispatchEvent(new Event("change", { bubbles: true }));
    this.go(area);
  }

  go(area) {
    for (const one of area.parentNode.querySelectorAll("[data-area]")) one.setAttribute("tabindex", one === area ? "0" : "-1");
    area.focus({ preventScroll: true });
  }

  pressed(event) {
    const area = event.target.closest?.("[data-area]");
    if (!area) return;
    const all = [...area.parentNode.querySelectorAll("[data-area]")];
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step) this.go(all[(all.indexOf(area) + step + all.length) % all.length]);
    else if (event.key === " " || event.key === "Enter") this.toggle(area);
    else return;
    event.preventDefault();
  }

  paint() {
    const chosen = [];
    for (const area of this.querySelectorAll("[data-area]")) {
      const on = this.box(area).checked;
      area.setAttribute("aria-checked", String(on));
      if (on) chosen.push(area.getAttribute("aria-label"));
    }
    this.querySelector("[data-said]").textContent = chosen.join(" · ");
  }
}

customElements.define("body-map", BodyMap);

// "All others: no" answers what was not answered yet.
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-all-no]")?.form;
  if (!form) return;
  for (const radio of form.querySelectorAll("input[type=radio][value=unknown]:checked")) {
    form.querySelector(`input[name="${CSS.escape(radio.name)}"][value=no]`).checked = true;
  }
});
