// Which request for a place is the newest, where a newer one takes the place of an older (`hx-sync="…:replace"`).
const newest = new WeakMap();

const takesPlace = (ctx) => ctx?.queueStrategy === "replace";
const placeOf = (ctx) => ctx.target ?? ctx.sourceElement;

// Said of every request that is really sent, in their order.
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (takesPlace(ctx)) newest.set(placeOf(ctx), ctx);
});

// What a page asks while it loads may be sent before this listens: it is the newest until another is known.
export const isReplaced = (ctx) => takesPlace(ctx) && newest.has(placeOf(ctx)) && newest.get(placeOf(ctx)) !== ctx;

// The one that was broken off makes htmx forget the one after it, which a third then cannot break off:
// what it brings is shown to nobody, whenever it comes.
document.addEventListener("htmx:after:request", (event) => {
  if (!isReplaced(event.detail.ctx)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
});
