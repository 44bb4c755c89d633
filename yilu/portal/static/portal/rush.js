// The small task before a place in the queue: find a number whose hash begins with enough zeros.
// SHA-256 is our own, because browsers have theirs only over https, and only one at a time.
const K = new Uint32Array(64);
const START = new Uint32Array(8);
for (let n = 2, found = 0; found < 64; n++) {
  let prime = true;
  for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
  if (!prime) continue;
  if (found < 8) START[found] = (Math.sqrt(n) % 1) * 2 ** 32;
  K[found++] = (Math.cbrt(n) % 1) * 2 ** 32;
}
const turn = (x, n) => (x >>> n) | (x << (32 - n));

function firstWord(text) {
  const bytes = new TextEncoder().encode(text);
  const blocks = new Uint8Array(((bytes.length + 8) >> 6) * 64 + 64);
  blocks.set(bytes);
  blocks[bytes.length] = 0x80;
  const view = new DataView(blocks.buffer);
  view.setUint32(blocks.length - 4, bytes.length * 8);
  const h = START.slice();
  const w = new Uint32Array(64);
  for (let at = 0; at < blocks.length; at += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getUint32(at + 4 * i);
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15];
      const b = w[i - 2];
      w[i] = w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10));
    }
    let [a, b, c, d, e, f, g, x] = h;
    for (let i = 0; i < 64; i++) {
      const one = (x + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const two = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [x, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
    }
    [a, b, c, d, e, f, g, x].forEach((value, i) => { h[i] += value; });
  }
  return h[0];
}

async function solve(form) {
  const { puzzle, bits } = form.dataset;
  for (let answer = 0; ; answer++) {
    if (Math.clz32(firstWord(`${puzzle}:${answer}`)) >= Number(bits)) return String(answer);
    if (answer % 2000 === 1999) await new Promise((go) => setTimeout(go)); // the page stays alive
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.puzzle || form.elements.answer.value) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = form.querySelector("button");
  if (button.getAttribute("aria-busy")) return; // pressed again: it is being solved
  button.setAttribute("aria-busy", "true");
  solve(form).then((answer) => {
    form.elements.answer.value = answer;
    form.submit();
  });
}, true);
