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

// A press that ends a form (`data-ends`: which) sends what the form holds. A save that comes after it, of what was
// typed before, would take its place in the line of requests. Should the press be refused, what was typed is saved then.
const ending = new Map(); // form -> the last request that is to end it
const unsaved = new WeakSet(); // forms of which a save was left out meanwhile
document.addEventListener("htmx:config:request", (event) => {
  const { ctx } = event.detail;
  const form = document.querySelector(ctx.sourceElement.dataset.ends ?? ":not(*)");
  if (form) ending.set(form, ctx);
  else if (ending.has(ctx.sourceElement)) {
    unsaved.add(ctx.sourceElement);
    event.preventDefault();
  }
});
document.addEventListener("htmx:finally:request", (event) => {
  for (const [form, ctx] of ending) {
    if (ctx !== event.detail.ctx) continue;
    ending.delete(form);
    if (unsaved.delete(form) && form.isConnected) form.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

// What was asked while a form was filled in says nothing of the one that was drawn anew after it was taken.
const taken = new WeakMap(); // form -> how often it was taken
const askedFor = new WeakMap(); // request of a part of a form -> how often that was taken by then
const looksAhead = (ctx) => ctx.queueStrategy === "queue last" && ctx.request.method === "POST";
document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (looksAhead(ctx)) askedFor.set(ctx, taken.get(ctx.request.form) ?? 0);
});
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { form, method } = ctx.request;
  if (method === "GET" || !form) return;
  if (form === ctx.sourceElement) {
    if (ctx.response.status < 400) taken.set(form, (taken.get(form) ?? 0) + 1);
  } else if (askedFor.has(ctx) && askedFor.get(ctx) !== (taken.get(form) ?? 0)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
});
