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
