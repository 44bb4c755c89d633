// On a phone the day grid shows one column at a time; a select says whose. Wider windows show all.
import { word } from "./words.js";

let chosen = ""; // the name at the head of the column, so that it outlives a fresh drawing

function columns(board) {
  const heads = [...board.querySelectorAll(".yl-dayhead > div:not(:first-child)")];
  const lanes = [...board.querySelectorAll(".yl-day > .yl-lane")];
  return heads.map((head, place) => ({
    head,
    lane: lanes[place],
    name: head.querySelector(".yl-name")?.textContent.trim() ?? String(place + 1),
  }));
}

function picker(board, found) {
  let select = board.querySelector(".yl-lane-pick");
  if (!select) {
    select = document.createElement("select");
    select.className = "form-select yl-lane-pick";
    select.setAttribute("aria-label", word("column"));
    select.setAttribute("translate", "no");
    select.addEventListener("change", () => {
      chosen = select.value;
      show(board);
    });
    board.querySelector(".yl-dayhead").before(select);
  }
  const names = found.map((column) => column.name);
  if ([...select.options].map((option) => option.value).join("\n") !== names.join("\n")) {
    select.replaceChildren(...names.map((name) => new Option(name, name)));
  }
  return select;
}

function show(board) {
  const found = columns(board);
  if (!found.length) return;
  if (!found.some((column) => column.name === chosen)) chosen = found[0].name;
  picker(board, found).value = chosen;
  for (const { head, lane, name } of found) {
    head.classList.toggle("is-shown", name === chosen);
    lane?.classList.toggle("is-shown", name === chosen);
  }
}

const showAll = () => document.querySelectorAll(".yl-board").forEach((board) => board.querySelector(".yl-dayhead") && show(board));
showAll();
document.addEventListener("htmx:after:swap", showAll);
