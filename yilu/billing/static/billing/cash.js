// What is given back, or what is left to pay, while the cashier types. The server counts again.
const money = (value) => "¥" + value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function count(form) {
  const given = form.elements.tendered;
  const change = Number(given.value) - Number(given.dataset.due);
  const isPart = change < 0 && Number(given.value) > 0 && form.querySelector("button[data-of=rest]") !== null;
  form.querySelector("[data-change]").textContent = money(isPart ? -change : Math.max(change, 0) || 0);
  for (const one of form.querySelectorAll("[data-of]")) one.hidden = (one.dataset.of === "rest") !== isPart;
}

document.addEventListener("input", (event) => {
  if (event.target.form?.id === "cash") count(event.target.form);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button?.form) return;
  button.form.elements.tendered.value = button.dataset.fill;
  count(button.form);
});
