// The grid of bookings: gaps that are pressed, dates that are chosen, pins that are taken up.
import { take } from "./carry.js";
import "./keyboard.js";
import { at, grid, lanes } from "./places.js";
import "./pointer.js";
import { base, site } from "./say.js";

function ask(gap) {
  const { begins: from, ends: until, with: who } = gap.dataset;
  const query = new URLSearchParams({ starts_at: from, ends_at: until, site, day: from.slice(0, 10), time: who ? `${from}|${who}` : from });
  if (who) query.set("practitioner", who);
  const { resource } = gap.closest(".yl-lane").dataset;
  window.htmx.ajax("GET", `${base}grid/gap/${resource}?${query}`, { source: grid(), target: "#dialog", swap: "innerHTML" });
}

document.addEventListener("click", (event) => {
  const gap = event.target.closest?.(".yl-day .yl-gap[data-begins]");
  if (gap) ask(gap);
  const pin = event.target.closest?.("[data-pinned]");
  if (pin && lanes().length) {
    const card = document.getElementById(`card-${pin.dataset.pinned}`);
    take(pin, { lane: card?.closest(".yl-lane") ?? lanes()[0], from: card ? at(card) : 0 });
  }
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-go]") && event.target.value) event.target.form.requestSubmit();
});
document.addEventListener("click", (event) => {
  if (event.target.matches?.("[data-go]")) event.target.showPicker?.();
});
