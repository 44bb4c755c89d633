// What stands beside the tooth chart follows the tooth that is chosen in it; pictures are dropped or taken in.
function follow(tooth, surfaces) {
  const field = document.querySelector("#dental-plan [data-teeth]");
  if (field && document.activeElement !== field) field.value = tooth;
  const faces = document.querySelector("#dental-plan [data-surfaces]");
  if (faces && document.activeElement !== faces) faces.value = surfaces;
  const taken = document.querySelector("#dental-images [data-teeth-field]");
  if (taken && document.activeElement !== taken) taken.value = tooth;
  for (const row of document.querySelectorAll("#dental-plan [data-item]")) row.classList.toggle("is-here", row.dataset.item === tooth);
  for (const one of document.querySelectorAll("#dental-images [data-strip] > li")) {
    const teeth = one.dataset.teeth.split(",").filter(Boolean);
    one.hidden = Boolean(tooth) && teeth.length > 0 && !teeth.includes(tooth);
  }
  const said = document.querySelector("#dental-images [data-of-tooth]");
  if (said) said.textContent = tooth;
}

let chosen = ["", ""];
document.addEventListener("tooth-chosen", (event) => {
  chosen = [event.detail.tooth ?? "", event.detail.surfaces ?? ""];
  follow(...chosen);
});
document.addEventListener("htmx:after:swap", () => chosen[0] && follow(...chosen));

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("[data-take]");
  if (form && event.target.matches("[data-file]") && event.target.files.length) form.requestSubmit();
  const phase = event.target.matches?.("#dental-plan select[name=service]") && event.target.selectedOptions[0]?.dataset.phase;
  if (phase) event.target.form.querySelector("[data-phases]").value = phase;
});

const dropped = (event) => event.target.closest?.("#dental-images") && event.dataTransfer?.types.includes("Files");
document.addEventListener("dragover", (event) => {
  if (!dropped(event)) return;
  event.preventDefault();
  document.querySelector("#dental-images").classList.add("is-over");
});
document.addEventListener("dragleave", (event) => event.target.id === "dental-images" && event.target.classList.remove("is-over"));
document.addEventListener("drop", (event) => {
  const form = dropped(event) && document.querySelector("#dental-images [data-take]");
  if (!form) return;
  event.preventDefault();
  document.querySelector("#dental-images").classList.remove("is-over");
  form.querySelector("[data-file]").files = event.dataTransfer.files;
  form.requestSubmit();
});
