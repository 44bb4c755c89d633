// The page without a network: one language, and what this phone knows by itself of the next booking.
const HOUR = 3_600_000;
const language = read("yilu-language") === "en" ? "en" : "zh-Hans";
const shown = document.querySelector(`.po-offline[lang="${language}"]`);
document.querySelectorAll(".po-offline").forEach((one) => { if (one !== shown) one.remove(); });
document.documentElement.lang = language;
document.title = shown.dataset.title;

function read(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // a browser that lets nobody keep anything
  }
}

function next() {
  try {
    const kept = JSON.parse(read("yilu-next"));
    return Date.now() < Date.parse(kept.ends) + 12 * HOUR ? kept : null;
  } catch {
    return null;
  }
}

function when({ starts, zone }) {
  const how = { weekday: "short", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  return new Intl.DateTimeFormat(language === "en" ? "en-GB" : "zh-CN", { ...how, timeZone: zone }).format(new Date(starts));
}

const kept = next();
if (kept) {
  const facts = { ...kept, when: when(kept) };
  shown.querySelectorAll("[data-put]").forEach((place) => { place.textContent = facts[place.dataset.put] ?? ""; });
  shown.querySelector("[data-next]").hidden = false;
}
if (kept?.phone) {
  const call = shown.querySelector("[data-call]");
  call.href = `tel:${kept.phone}`;
  call.textContent = kept.phone;
  call.hidden = false;
  shown.querySelector("[data-no-call]").hidden = true;
}
shown.querySelector("[data-again]").addEventListener("click", () => location.reload());
shown.querySelector("[data-back]").addEventListener("click", () => history.back());
window.addEventListener("online", () => location.reload());
