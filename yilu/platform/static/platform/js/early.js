// What is pressed before the page can act on it, on a slow line, is not lost: it is done once it can.
// The one script that runs while the page is read, so that it is there before anything can be pressed.
(() => {
  const ASKS = ["get", "post", "put", "patch", "delete"].map((verb) => `[hx-${verb}]`).join();
  let press = null;
  const later = (event, again) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    press = again;
  };
  const pressed = (event) => {
    const thing = event.target.closest?.("button, a");
    if (thing?.matches(ASKS) || (thing?.type === "button" && !thing.popoverTargetElement)) later(event, () => thing.click());
  };
  const submitted = (event) => {
    const { target, submitter } = event;
    if (target.matches(ASKS)) later(event, () => target.requestSubmit(submitter));
  };
  addEventListener("click", pressed, true);
  addEventListener("submit", submitted, true);
  // On the window: after all that listens on the document has begun.
  addEventListener("DOMContentLoaded", () => {
    removeEventListener("click", pressed, true);
    removeEventListener("submit", submitted, true);
    press?.();
  });
})();
