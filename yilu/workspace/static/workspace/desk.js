// The grid opens at the present hour and stays where its reader scrolled; on a phone one column is chosen.
const board = document.getElementById("board");
let top = null;
let left = 0;
let lane = "0";

function grid() {
  return board.querySelector(".ws-grid");
}

function showLane() {
  const pick = board.querySelector("[data-lane-pick]");
  if (!pick) return;
  if ([...pick.options].some((one) => one.value === lane)) pick.value = lane;
  for (const each of board.querySelectorAll("[data-lane]")) {
    each.classList.toggle("is-shown", each.dataset.lane === pick.value);
  }
}

function restore() {
  const scrolled = grid();
  if (!scrolled) return;
  if (top === null) {
    const now = scrolled.querySelector(".yl-now");
    top = now ? Math.max(0, now.offsetTop - scrolled.clientHeight / 3) : 0;
  }
  scrolled.scrollTop = top;
  scrolled.scrollLeft = left;
  showLane();
}

if (board) {
  board.addEventListener("scroll", (event) => {
    if (event.target !== grid()) return;
    top = event.target.scrollTop;
    left = event.target.scrollLeft;
  }, true);
  board.addEventListener("change", (event) => {
    if (!event.target.matches("[data-lane-pick]")) return;
    lane = event.target.value;
    showLane();
  });
  document.addEventListener("htmx:after:swap", (event) => event.detail.ctx?.target === board && restore());
  requestAnimationFrame(restore);
}
