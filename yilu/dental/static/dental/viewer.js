// One picture large, or two side by side: zoom, shift, brightness, contrast, inverted. Nothing is changed in what is kept.
const START = { zoom: 100, brightness: 100, contrast: 100, invert: 0, x: 0, y: 0 };

class DentalViewer extends HTMLElement {
  connectedCallback() {
    for (const pane of this.querySelectorAll("[data-pane]")) this.open(pane);
  }

  open(pane) {
    const state = { ...START };
    const glass = pane.querySelector(".dn-glass");
    const image = glass.querySelector("img");
    const show = () => {
      image.style.filter = `brightness(${state.brightness}%) contrast(${state.contrast}%) invert(${state.invert}%)`;
      image.style.transform = `translate(${state.x}px, ${state.y}px) scale(${state.zoom / 100})`;
      for (const field of pane.querySelectorAll("input[data-set]")) field.value = state[field.dataset.set];
      pane.querySelector('[data-set="invert"]').setAttribute("aria-pressed", String(state.invert > 0));
    };
    const zoom = (by) => {
      state.zoom = Math.min(800, Math.max(100, state.zoom + by));
      if (state.zoom === 100) { state.x = 0; state.y = 0; }
      show();
    };
    pane.addEventListener("input", (event) => { state[event.target.dataset.set] = Number(event.target.value); zoom(0); });
    pane.addEventListener("click", (event) => {
      const does = event.target.closest("button")?.dataset.set;
      if (does === "anew") Object.assign(state, START);
      if (does === "invert") state.invert = state.invert ? 0 : 100;
      if (does) show();
    });
    glass.addEventListener("wheel", (event) => { event.preventDefault(); zoom(event.deltaY < 0 ? 20 : -20); }, { passive: false });
    glass.addEventListener("keydown", (event) => {
      const ways = { ArrowLeft: [40, 0], ArrowRight: [-40, 0], ArrowUp: [0, 40], ArrowDown: [0, -40] };
      if (event.key === "+" || event.key === "=") zoom(20);
      else if (event.key === "-") zoom(-20);
      else if (ways[event.key]) { state.x += ways[event.key][0]; state.y += ways[event.key][1]; show(); }
      else return;
      event.preventDefault();
    });
    glass.addEventListener("pointerdown", (event) => {
      glass.setPointerCapture(event.pointerId);
      const from = { x: event.clientX - state.x, y: event.clientY - state.y };
      const move = (at) => { state.x = at.clientX - from.x; state.y = at.clientY - from.y; show(); };
      glass.addEventListener("pointermove", move);
      glass.addEventListener("pointerup", () => glass.removeEventListener("pointermove", move), { once: true });
    });
  }
}

customElements.define("dental-viewer", DentalViewer);
