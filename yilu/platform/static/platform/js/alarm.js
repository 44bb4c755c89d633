// An alarm that is new to this window is heard once, and stands in the window's title as long as it lasts.
const SEEN = "yilu-alarms";
const MARK = "⚠ ";
const place = document.getElementById("alarms");

function sound() {
  if (!navigator.userActivation?.hasBeenActive || !window.AudioContext) return; // browsers stay silent until somebody has touched the page
  const context = new AudioContext();
  const tone = context.createOscillator();
  const volume = context.createGain();
  volume.gain.value = 0.2;
  tone.frequency.setValueAtTime(880, context.currentTime);
  tone.frequency.setValueAtTime(660, context.currentTime + 0.2);
  tone.frequency.setValueAtTime(880, context.currentTime + 0.4);
  tone.connect(volume).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.6);
  tone.addEventListener("ended", () => context.close());
}

function look() {
  const loud = [...place.querySelectorAll("[data-alarm]")].map((each) => each.dataset.alarm);
  const known = new Set(JSON.parse(sessionStorage.getItem(SEEN) ?? "[]"));
  if (loud.some((each) => !known.has(each))) sound();
  sessionStorage.setItem(SEEN, JSON.stringify(loud));
  const title = document.title.replace(MARK, "");
  document.title = loud.length ? MARK + title : title;
}

if (place) new MutationObserver(look).observe(place, { childList: true, subtree: true });
