// The sentences our scripts show. They are in the page, in the reader's language (_floating.html).
const words = document.getElementById("words")?.dataset ?? {};

export function word(name, values = {}) {
  return (words[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

export function icon(name) {
  const drawing = document.getElementById(`icon-${name}`);
  return drawing ? drawing.content.cloneNode(true) : document.createTextNode("");
}
