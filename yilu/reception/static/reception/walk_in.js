// A new patient's name is what was searched for, when nobody was found by it.
const LETTERS = /^[^\d]{2,}$/u;
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx?.target?.id !== "rc-hits") return;
  const typed = document.getElementById("rc-q").value.trim();
  const found = document.querySelector("#rc-hits [data-person]");
  const name = document.querySelector("#rc-new [name=name]");
  const phone = document.querySelector("#rc-new [name=phone]");
  if (found || !typed) return;
  if (LETTERS.test(typed)) name.value = typed;
  else if (/^\d{11}$/.test(typed)) phone.value = typed;
});

// Who was checked in from here is no walk-in any more: the box is empty for the next one.
document.addEventListener("htmx:after:request", (event) => {
  const { request, response } = event.detail.ctx;
  if (request.method !== "POST" || !request.form?.closest("#dialog") || response.status >= 400) return;
  const box = document.getElementById("rc-q");
  box.value = "";
  document.getElementById("rc-hits").replaceChildren();
  box.focus();
});
