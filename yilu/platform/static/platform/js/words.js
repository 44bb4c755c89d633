// The sentences our scripts show. They are in the page, in the reader's language (_floating.html).
const words = document.getElementById("words")?.dataset ?? {};
// A part of our type is fetched with the first character that needs it. Once the line is cut it is too late for these.
document.fonts.load(`1em ${getComputedStyle(document.body).fontFamily}`, Object.values(words).join(""));

export function word(name, values = {}) {
  return (words[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

export function icon(name) {
  const drawing = document.getElementById(`icon-${name}`);
  return drawing ? drawing.content.cloneNode(true) : document.createTextNode("");
}
