// What somebody has typed that the server does not have yet.
const kept = new WeakMap(); // field -> what of it was accepted
const accepted = new WeakMap(); // request -> the fields that it sent, with what of each

const isSwitch = (field) => field.type === "checkbox" || field.type === "radio";
const valueOf = (field) => (isSwitch(field) ? field.checked : field.value);
const chosen = (field) => [...field.options].find((one) => one.defaultSelected) ?? field.options[0];
const drawn = (field) => (isSwitch(field) ? field.defaultChecked : field.matches("select") ? chosen(field)?.value : field.defaultValue);
function drawAgain(field) {
  if (isSwitch(field)) field.checked = field.defaultChecked;
  else field.value = drawn(field) ?? "";
}
const isTyped = (field) => field.type !== "hidden" && valueOf(field) !== drawn(field) && valueOf(field) !== kept.get(field);

const FIELD = ":is(input, textarea, form[method=post] select)";
const FIELDS = `main ${FIELD}, dialog[open] ${FIELD}`;
export const somethingIsTyped = (counts = () => true) =>
  [...document.querySelectorAll(FIELDS)].some((field) => isTyped(field) && counts(field));

// A form that was accepted and stays as it is: what was sent of it is no longer only here.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { body, method } = ctx.request;
  if (method === "GET" || ctx.response.status >= 400 || !ctx.sourceElement.matches("form") || !body?.getAll) return;
  const sent = [];
  for (const field of ctx.sourceElement.querySelectorAll("input[name], textarea[name], select[name]")) {
    const isSent = body.getAll(field.name).includes(field.value);
    if (isSwitch(field)) kept.set(field, isSent);
    else if (isSent) kept.set(field, field.value);
    if (isSent || isSwitch(field)) sent.push([field, kept.get(field)]);
  }
  accepted.set(ctx, sent);
});
// Drawn anew in its place, a form shows what the answer says: a morph alone would leave there what was sent,
// to be sent a second time. What was typed since stays.
document.addEventListener("htmx:after:swap", (event) => {
  const { ctx } = event.detail;
  if (!ctx?.swap?.endsWith("Morph")) return;
  for (const [field, value] of accepted.get(ctx) ?? [])
    if (ctx.target.contains(field) && valueOf(field) === value) drawAgain(field);
});
window.yilu = { ...window.yilu, somethingIsTyped };
