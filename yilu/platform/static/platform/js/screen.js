// Screens that nobody touches: fit the drawing to the glass, and say each new call aloud.
const fitted = document.querySelector("[data-fit]");

function fit() {
  const [width, height] = fitted.dataset.fit.split("x").map(Number);
  fitted.style.zoom = Math.min(window.innerWidth / width, window.innerHeight / height);
}

if (fitted) {
  fit();
  window.addEventListener("resize", fit);
}

// Parts with data-turn take turns inside an element with data-turns, the seconds of each. What is shown follows
// from the clock alone, so a part that is fetched again goes on where it was.
const turning = document.querySelector("[data-turns]");

function turn() {
  const parts = [...turning.querySelectorAll("[data-turn]")];
  const shown = Math.floor(Date.now() / 1000 / Number(turning.dataset.turns)) % parts.length;
  parts.forEach((part, n) => { part.hidden = n !== shown; });
}

if (turning) {
  turn();
  setInterval(turn, 500);
  document.addEventListener("htmx:after:swap", turn);
}

// A call is an element with data-call (its id), data-say-zh and data-say-en, and the same as keys of clips. A new
// id is said once.
const said = new Set();
const queue = [];
let sound = null;
let speaking = false;

function calls() {
  return [...document.querySelectorAll("[data-call]")];
}

function chime() {
  const start = sound.currentTime;
  [660, 880].forEach((pitch, index) => {
    const tone = sound.createOscillator();
    const loud = sound.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.25, start + index * 0.28);
    loud.gain.exponentialRampToValueAtTime(0.001, start + index * 0.28 + 0.5);
    tone.connect(loud).connect(sound.destination);
    tone.start(start + index * 0.28);
    tone.stop(start + index * 0.28 + 0.5);
  });
  return new Promise((resolve) => setTimeout(resolve, 900));
}

// The browser's own voice says everything. Where it has none for a language, or none that answers, clips that were
// fetched when the screen began are played: they need no network.
const clips = {}; // language -> what will come of fetching them
const LATEST = 20_000; // so long a call waits for its clips: one of the first moment of the screen is not lost

async function fetchClips(language, { sound: url, marks }) {
  const [heard, places] = await Promise.all([fetch(url), fetch(marks)]);
  return {
    buffer: await sound.decodeAudioData(await heard.arrayBuffer()),
    marks: await places.json(),
  };
}

function ownVoice(language) {
  const voices = window.speechSynthesis?.getVoices() ?? [];
  const mine = voices.filter((one) => one.lang.toLowerCase().startsWith(language));
  return mine.find((one) => one.localService) ?? mine[0];
}

function speakAloud(text, voice) {
  return new Promise((resolve) => {
    const words = new SpeechSynthesisUtterance(text);
    let begun = false;
    words.voice = voice;
    words.lang = voice.lang;
    words.rate = 0.9;
    words.onstart = () => { begun = true; };
    words.onend = () => resolve(true);
    words.onerror = () => resolve(false);
    setTimeout(() => begun || resolve(false), 3000);
    setTimeout(() => resolve(begun), 15_000);
    window.speechSynthesis.speak(words);
  });
}

async function play(language, keys) {
  const late = new Promise((resolve) => setTimeout(resolve, LATEST));
  const known = await Promise.race([clips[language], late]);
  if (!known) return;
  let at = sound.currentTime + 0.05;
  for (const key of keys) {
    const [start, length] = known.marks[key] ?? [0, 0];
    if (!length) continue;
    const clip = sound.createBufferSource();
    clip.buffer = known.buffer;
    clip.connect(sound.destination);
    clip.start(at, start, length);
    at += length + 0.08;
  }
  await new Promise((resolve) => setTimeout(resolve, (at - sound.currentTime + 0.3) * 1000));
}

async function say(text, language, keys) {
  if (!text) return;
  const voice = ownVoice(language);
  if (voice && await speakAloud(text, voice)) return;
  window.speechSynthesis?.cancel();
  await play(language, keys);
}

async function speak() {
  if (speaking || !queue.length || sound?.state !== "running") return;
  speaking = true;
  const call = queue.shift();
  await chime();
  await say(call.zh, "zh", call.clipsZh);
  await say(call.en, "en", call.clipsEn);
  speaking = false;
  speak();
}

function listen() {
  for (const each of calls()) {
    const { call, sayZh: zh, sayEn: en, clipsZh = "", clipsEn = "" } = each.dataset;
    if (said.has(call)) continue;
    said.add(call);
    queue.push({ zh, en, clipsZh: clipsZh.split(" "), clipsEn: clipsEn.split(" ") });
  }
  while (queue.length > 5) queue.shift(); // an old call helps nobody
  speak();
}

const asks = document.querySelector("[data-sound-on]");
if (asks) {
  calls().forEach((each) => said.add(each.dataset.call)); // what was called before this screen began
  sound = new AudioContext();
  for (const each of document.querySelectorAll("[data-voice]")) {
    // Without them the screen still shows every call.
    clips[each.dataset.voice] = fetchClips(each.dataset.voice, each.dataset).catch(() => {});
  }
  const on = () => { asks.hidden = sound.state === "running"; speak(); };
  const begin = () => sound.resume().then(on);
  sound.addEventListener("statechange", on);
  on();
  asks.addEventListener("click", begin);
  document.addEventListener("keydown", begin, { once: true });
  document.addEventListener("htmx:after:swap", listen);
}
