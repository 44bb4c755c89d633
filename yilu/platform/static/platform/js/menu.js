// Menus stand beside the button that opened them; the hits of the search stand under its box.
const GAP = 4;

function place(menu, opener) {
  const from = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = from.bottom + GAP + height <= window.innerHeight;
  const top = below ? from.bottom + GAP : Math.max(GAP, from.top - GAP - height);
  const left = Math.min(Math.max(GAP, from.right - width), window.innerWidth - width - GAP);
  menu.style.top = `${top}px`;
  menu.style.left = `${left}px`;
}

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.("[popover]") || event.newState !== "open") return;
  const opener = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  if (opener) place(menu, opener);
}, true);
// A deed chosen from a menu closes it.
document.addEventListener("htmx:before:request", (event) => {
  event.detail.ctx?.sourceElement.closest("[popover]:popover-open")?.hidePopover();
});

const box = document.getElementById("search-box");
const hits = document.getElementById("search-hits");
let closed = false; // by Esc, until something else is typed

function show() {
  hits.hidden = closed || !hits.children.length || !box.value.trim();
}

if (box && hits) {
  document.addEventListener("htmx:after:swap", (event) => event.detail.ctx?.target === hits && show());
  box.addEventListener("focus", show);
  box.addEventListener("input", () => {
    closed = false;
    if (!box.value.trim()) hits.hidden = true;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || hits.hidden) return;
    closed = true;
    box.focus();
    show();
  });
  for (const name of ["focusin", "pointerdown"]) {
    document.addEventListener(name, (event) => {
      if (!event.target.closest("#search")) hits.hidden = true;
    });
  }
}
