// The one dialog of a page, and the question before a harmful deed. Both are <dialog>: Esc leaves them.
import { isOnlyTold } from "./toast.js";

const dialog = document.getElementById("dialog");
const question = document.getElementById("confirm");

// hx-get with hx-target="#dialog" fills the dialog; filling opens it.
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx?.target !== dialog || !dialog.children.length) return;
  const title = dialog.querySelector("h1, h2, h3");
  if (title) {
    title.id ||= "dialog-title";
    dialog.setAttribute("aria-labelledby", title.id);
  }
  dialog.classList.toggle("is-wide", Boolean(dialog.querySelector("[data-wide]")));
  if (!dialog.open) dialog.showModal();
  const first = dialog.querySelector(".is-invalid") ?? dialog.querySelector("[autofocus]");
  const field = first ?? dialog.querySelector("input:not([type=hidden]), select, textarea");
  // Of a choice that is made already the chosen one: arrow keys go on from there.
  (field?.type === "radio" && field.form?.querySelector(`[name="${CSS.escape(field.name)}"]:checked`) || field)?.focus();
});

// A form in the dialog that was accepted closes it; one that was not comes back into it.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.request.method === "GET" || !ctx.sourceElement.closest("#dialog")) return;
  if (ctx.sourceElement.closest("[data-stays]")?.closest("#dialog") && !ctx.sourceElement.matches("form")) return; // only looks ahead
  if (ctx.response.status < 400) dialog.close();
  else if ([412, 422].includes(ctx.response.status) && !isOnlyTold(ctx)) {
    ctx.target = dialog;
    ctx.swap = "innerHTML";
  }
});
// What an accepted form answered with may have opened it again by the time that this is heard.
dialog?.addEventListener("close", () => { if (!dialog.open) dialog.replaceChildren(); });

// A form in the dialog that was too old begins anew there; elsewhere the link leads to its page.
document.addEventListener("click", (event) => {
  const anew = event.target.closest("#dialog [data-anew]");
  if (!anew) return;
  event.preventDefault();
  window.htmx.ajax("GET", anew.dataset.anew, { source: anew, target: "#dialog", swap: "innerHTML" });
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) document.querySelector(opener.dataset.dialog)?.showModal();
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target.matches("dialog.yl-dialog") && !event.target.querySelector("input:not([type=hidden]), textarea")) {
    event.target.close(); // a click on the veil leaves, unless words could be lost
  }
  const printer = event.target.closest("[data-print]");
  if (printer) window.print();
});

document.addEventListener("htmx:confirm", (event) => {
  const { ctx, issueRequest, dropRequest } = event.detail;
  if (!ctx?.confirm || !question) return;
  event.preventDefault();
  const [title, ...more] = ctx.confirm.split("\n");
  question.querySelector("h3").textContent = title;
  question.querySelectorAll("p").forEach((line) => line.remove());
  for (const line of more) {
    const text = document.createElement("p");
    text.className = "yl-sm yl-2nd";
    text.textContent = line;
    question.querySelector("footer").before(text);
  }
  const yes = question.querySelector("[data-answer=yes]");
  yes.textContent = ctx.sourceElement.dataset.yes ?? ctx.sourceElement.textContent.trim();
  let answered = false;
  const answer = (agreed) => {
    if (answered) return;
    answered = true;
    question.close();
    if (agreed) issueRequest();
    else dropRequest();
  };
  yes.onclick = () => answer(true);
  question.querySelector("[data-answer=no]").onclick = () => answer(false);
  question.onclose = () => answer(false);
  question.showModal();
});
