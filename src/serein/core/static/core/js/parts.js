// Parts of a page ([data-part]) that are fetched again: what the reader opened or scrolled stays,
// and nothing is swapped from under a finger.

const kept = new Map();
const name = (summary) => summary.textContent.replace(/\d+/g, "").trim();
const boxes = (part) => [...part.querySelectorAll("[data-keep-scroll]")];

let pressed = "";
document.addEventListener("pointerdown", (event) => {
  pressed = event.target.closest("[data-part]")?.id ?? "";
});
for (const over of ["pointerup", "pointercancel"]) {
  document.addEventListener(over, () => setTimeout(() => (pressed = ""), 300));
}

document.addEventListener("htmx:beforeSwap", (event) => {
  const part = event.detail.target;
  if (!("part" in part.dataset)) return;
  if (part.id && part.id === pressed) {
    event.detail.shouldSwap = false;
    return;
  }
  kept.set(part.id, {
    opened: [...part.querySelectorAll("details[open] > summary")].map(name),
    scrolled: boxes(part).map((box) => box.scrollLeft),
  });
});

document.addEventListener("htmx:afterSettle", () => {
  for (const [id, { opened, scrolled }] of kept) {
    const part = document.getElementById(id);
    if (!part) continue;
    for (const summary of part.querySelectorAll("details > summary")) {
      if (opened.includes(name(summary))) summary.parentElement.open = true;
    }
    boxes(part).forEach((box, place) => {
      box.scrollLeft = scrolled[place] ?? box.scrollLeft;
    });
  }
  kept.clear();
});
