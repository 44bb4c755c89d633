// The change to give back, while the cashier types. The server counts again.
const money = (value) => "¥" + value.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

function count(form) {
  const given = form.elements.tendered;
  const change = Number(given.value) - Number(given.dataset.due);
  form.querySelector("[data-change]").textContent = Number.isFinite(change) && change > 0 ? money(change) : money(0);
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
