// Listening first: the orders come when the time is over, or at once with one key.
const part = document.getElementById("listening");
const orders = document.getElementById("orders");

function show() {
  part.remove();
  orders.hidden = false;
}

function tick() {
  if (!part.isConnected) return;
  const left = Date.parse(part.dataset.listening) - window.yilu.now();
  if (left <= 0) { show(); return; }
  const seconds = Math.ceil(left / 1000);
  part.querySelector("[data-left]").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  setTimeout(tick, 500);
}

if (part && orders) {
  // The request is on its way when the form is: the orders do not wait for its answer.
  part.querySelector("[data-skip]").addEventListener("submit", () => setTimeout(show));
  tick();
}
