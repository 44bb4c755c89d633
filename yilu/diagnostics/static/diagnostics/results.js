// Says while a result is typed how far it is from its range. The server judges again.
const bound = (field, name) => (field.dataset[name] === "" ? null : Number(field.dataset[name]));
const below = (value, limit) => limit !== null && value < limit;
const above = (value, limit) => limit !== null && value > limit;

function judged(field) {
  const text = field.value.trim();
  if (!text) return { mark: "", look: "" };
  const value = Number(text);
  const said = field.form.querySelector("[data-said]").dataset;
  if (!Number.isFinite(value) || below(value, bound(field, "possibleLow")) || above(value, bound(field, "possibleHigh"))) {
    return { mark: said.impossible, look: "is-critical" };
  }
  if (below(value, bound(field, "criticalLow"))) return { mark: `↓↓ ${said.critical}`, look: "is-critical" };
  if (above(value, bound(field, "criticalHigh"))) return { mark: `↑↑ ${said.critical}`, look: "is-critical" };
  if (below(value, bound(field, "low"))) return { mark: "↓", look: "is-off" };
  if (above(value, bound(field, "high"))) return { mark: "↑", look: "is-off" };
  return { mark: "", look: "" };
}

function show(field) {
  const place = field.closest("tr").querySelector("output");
  const { mark, look } = judged(field);
  place.textContent = mark;
  place.className = look;
}

// Enter goes on to the next value, as on a counter; Ctrl and Enter send.
function onward(event) {
  const field = event.target.closest?.("[data-results] .form-control, [data-results] .form-select");
  if (!field || event.key !== "Enter" || event.ctrlKey) return;
  event.preventDefault();
  const fields = [...field.form.querySelectorAll(".form-control, .form-select")];
  fields[fields.indexOf(field) + 1]?.focus();
}

document.addEventListener("input", ({ target }) => {
  if (target.matches?.("[data-results] [data-low]")) show(target);
});
document.addEventListener("keydown", onward);
const all = () => document.querySelectorAll("[data-results] [data-low]").forEach(show);
document.addEventListener("htmx:after:swap", all);
all();
