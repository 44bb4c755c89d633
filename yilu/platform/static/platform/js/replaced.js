// Which request of a part is the newest, where a newer one takes the place of an older (`hx-sync="this:replace"`).
const newest = new WeakMap();

const takesPlace = (ctx) => ctx?.queueStrategy === "replace";

// Said of every request that is really sent, in their order.
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (takesPlace(ctx)) newest.set(ctx.sourceElement, ctx);
});

export const isReplaced = (ctx) => takesPlace(ctx) && newest.get(ctx.sourceElement) !== ctx;
