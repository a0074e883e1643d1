// The live part is replaced every ten seconds: what the reader opened or scrolled stays as it was.

let opened = [];
let scrolled = [];

const titles = (root) => [...root.querySelectorAll("details[open] > summary")].map(name);
const name = (summary) => summary.textContent.replace(/\d+/g, "").trim();

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "live") return;
  opened = titles(event.detail.target);
  scrolled = [...event.detail.target.querySelectorAll(".flow__scroll")].map((box) => box.scrollLeft);
});

document.addEventListener("htmx:afterSettle", () => {
  const live = document.getElementById("live");
  if (!live) return;
  for (const summary of live.querySelectorAll("details > summary")) {
    if (opened.includes(name(summary))) summary.parentElement.open = true;
  }
  live.querySelectorAll(".flow__scroll").forEach((box, place) => {
    box.scrollLeft = scrolled[place] ?? box.scrollLeft;
  });
});
