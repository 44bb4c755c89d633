// On a phone the workspaces are a bar that is pushed sideways: where one is stands in view, and an
// arrow at either end says that there is more.
const nav = document.getElementById("nav");

function tell() {
  const rest = nav.scrollWidth - nav.clientWidth - nav.scrollLeft;
  nav.classList.toggle("has-before", nav.scrollLeft > 4);
  nav.classList.toggle("has-after", rest > 4);
}

if (nav) {
  const here = nav.querySelector("[aria-current]");
  if (here) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
  nav.addEventListener("scroll", tell, { passive: true });
  new ResizeObserver(tell).observe(nav);
}
