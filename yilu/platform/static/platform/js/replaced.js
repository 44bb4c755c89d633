// Which request for a place is the newest, where a newer one takes the place of an older (`hx-sync="…:replace"`).
const newest = new WeakMap();

const takesPlace = (ctx) => ctx?.queueStrategy === "replace";
const placeOf = (ctx) => ctx.target ?? ctx.sourceElement;

// Said of every request that is really sent, in their order: htmx begins once all modules listen.
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (takesPlace(ctx)) newest.set(placeOf(ctx), ctx);
});

export const isReplaced = (ctx) => takesPlace(ctx) && newest.get(placeOf(ctx)) !== ctx;

// The one that was broken off makes htmx forget the one after it, which a third then cannot break off:
// what it brings is shown to nobody, whenever it comes.
document.addEventListener("htmx:after:request", (event) => {
  if (!isReplaced(event.detail.ctx)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
});
