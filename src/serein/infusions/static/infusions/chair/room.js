// How high the flowsheet may be for the infusion's bar to stand beneath it without a scroll.

const GAPS_PX = 20;
const root = document.documentElement;

function measure() {
  const sheet = document.querySelector(".chair-sheet .flow__sheet");
  const bar = document.querySelector(".chair-bar")?.offsetHeight ?? 0;
  const pump = document.getElementById("pump")?.offsetHeight ?? 0;
  root.style.setProperty("--bar-height", `${bar}px`);
  if (!sheet) return;
  const above = sheet.getBoundingClientRect().top + scrollY;
  root.style.setProperty("--flow-room", `${Math.floor(innerHeight - above - pump - bar - GAPS_PX)}px`);
}

const seen = new ResizeObserver(measure);
seen.observe(document.getElementById("content"));
seen.observe(document.querySelector(".chair-bar") ?? document.body);
addEventListener("resize", measure);
document.addEventListener("htmx:afterSettle", measure);
