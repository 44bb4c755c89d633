// What the grid says aloud; its sentences stand in the page, in the reader's language.
const voice = document.getElementById("grid-say");

export function say(name, values = {}) {
  if (!voice) return;
  voice.textContent = (voice.dataset[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

export const base = voice?.dataset.base ?? "";
export const site = voice?.dataset.site ?? "";
