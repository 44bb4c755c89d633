// The grid opens at the present hour and stays where its reader scrolled.
const board = document.getElementById("board");
let top = null;
let left = 0;

function grid() {
  return board.querySelector(".ws-grid");
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
}

if (board) {
  board.addEventListener("scroll", (event) => {
    if (event.target !== grid()) return;
    top = event.target.scrollTop;
    left = event.target.scrollLeft;
  }, true);
  document.addEventListener("htmx:after:swap", (event) => event.detail.ctx?.target === board && restore());
  requestAnimationFrame(restore);
}
