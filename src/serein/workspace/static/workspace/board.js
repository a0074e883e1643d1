// Dragging a visit on the board. It is dropped on a time and a chair; the page that opens says
// whether the visit fits there and asks before anything moves. The Move buttons do the same.

const NEAR_PX = 6;
const STEP_MINUTES = 5;
const TICKS_PER_HOUR = 60 / STEP_MINUTES;

let drag = null;

function begin(event) {
  const block = event.target.closest(".block[data-move]");
  if (!block || event.button !== 0 || event.pointerType === "touch") return;
  const box = block.getBoundingClientRect();
  drag = { block, from: { x: event.clientX, y: event.clientY }, grip: event.clientX - box.left };
}

function laneUnder(x, y) {
  const lanes = [...document.querySelectorAll(".board__lanes")];
  return lanes.find((lane) => {
    const box = lane.getBoundingClientRect();
    return y >= box.top && y < box.bottom && x >= box.left - 40 && x <= box.right + 40;
  });
}

// The tick at which the visit would sit in the chair, and how far check-in lies before it.
function spot(event) {
  const lane = laneUnder(event.clientX, event.clientY);
  if (!lane) return null;
  const { firstTick, hours } = lane.closest("[data-board]").dataset;
  const box = lane.getBoundingClientRect();
  const ticks = Number(hours) * TICKS_PER_HOUR;
  const place = ((event.clientX - drag.grip - box.left) / box.width) * ticks;
  const step = Math.max(0, Math.min(ticks, Math.round(place)));
  return { lane, step, tick: Number(firstTick) + step };
}

function leadTicks(block) {
  const lead = block.previousElementSibling;
  if (!lead?.matches(".lead-in")) return 0;
  const style = getComputedStyle(lead);
  return Number(style.getPropertyValue("--for-h")) * TICKS_PER_HOUR + Number(style.getPropertyValue("--for-s"));
}

function say(label, found, block) {
  const start = document.querySelector(".board__head")?.textContent ?? "00:00";
  const minutes = Number(start.slice(0, 2)) * 60 + (found.step - leadTicks(block)) * STEP_MINUTES;
  const two = (number) => String(number).padStart(2, "0");
  label.textContent = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}, ${found.lane.dataset.seatName}`;
}

function lift() {
  drag.label = document.createElement("p");
  drag.label.className = "board-drop";
  drag.label.setAttribute("role", "status");
  document.body.append(drag.label);
  drag.block.dataset.dragged = "";
  document.body.dataset.dragging = "";
}

function move(event) {
  if (!drag) return;
  const { from, block } = drag;
  if (!drag.label) {
    if (Math.hypot(event.clientX - from.x, event.clientY - from.y) < NEAR_PX) return;
    lift();
  }
  event.preventDefault();
  block.style.setProperty("translate", `${event.clientX - from.x}px ${event.clientY - from.y}px`);
  const found = spot(event);
  document.querySelector("[data-drop]")?.removeAttribute("data-drop");
  drag.label.hidden = !found;
  if (!found) return;
  found.lane.dataset.drop = "";
  drag.label.style.setProperty("left", `${event.clientX + 14}px`);
  drag.label.style.setProperty("top", `${event.clientY + 14}px`);
  say(drag.label, found, block);
}

function tidy() {
  if (!drag) return;
  drag.block.style.removeProperty("translate");
  delete drag.block.dataset.dragged;
  delete document.body.dataset.dragging;
  document.querySelector("[data-drop]")?.removeAttribute("data-drop");
  drag.label?.remove();
  drag = null;
}

// The click that ends a drag must not follow the link in the block.
function swallowClick() {
  const stay = (click) => click.preventDefault();
  addEventListener("click", stay, { capture: true });
  setTimeout(() => removeEventListener("click", stay, { capture: true }), 50);
}

function giveUp(event) {
  if (event.key !== "Escape" || !drag?.label) return;
  tidy();
  addEventListener("pointerup", swallowClick, { once: true });
}

function drop(event) {
  if (!drag) return;
  const { block, label } = drag;
  const found = label && spot(event);
  if (label) {
    swallowClick();
    tidy();
  } else {
    tidy();
  }
  if (!found) return;
  const asked = new URLSearchParams({ to: String(found.tick - leadTicks(block)) });
  if (found.lane.dataset.seat) asked.set("chair", found.lane.dataset.seat);
  location.assign(`${block.dataset.move}?${asked}`);
}

document.addEventListener("pointerdown", begin);
document.addEventListener("pointermove", move);
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", tidy);
document.addEventListener("keydown", giveUp);

// A board that is fetched again under the hand would lose the visit that is being dragged.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (drag?.label) event.preventDefault();
});
