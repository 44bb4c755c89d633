// What a phone needs beyond links and forms: one press is enough, and a link can be handed on.
const PATIENCE = 20_000; // a form whose answer never came may be sent again

const sent = new WeakSet();

function ready(form) {
  sent.delete(form);
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches("[hx-post]")) return;
  if (sent.has(form)) {
    event.preventDefault();
    return;
  }
  sent.add(form);
  event.submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => ready(form), PATIENCE);
});
// Who comes back to a page by the back button finds it ready again.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form").forEach(ready);
});

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    document.execCommand("copy"); // a page without https has no clipboard of its own
  }
  window.yilu?.done({ text: button.dataset.done });
}

function share(button) {
  const url = document.getElementById(button.dataset.share).value;
  navigator.share({ title: document.title, url }).catch(() => {}); // called off is no mistake
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-copy], [data-share]");
  if (button?.dataset.copy) copy(button);
  else if (button) share(button);
});
if (navigator.share) document.querySelectorAll("[data-share]").forEach((button) => { button.hidden = false; });
