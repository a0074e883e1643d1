// What moves by the second between two answers of the server: the ring to the next set, the mg given.

import { facts, now } from "./clock.js";

const two = (number) => String(number).padStart(2, "0");

function figure(seconds) {
  const whole = Math.floor(Math.abs(seconds));
  if (whole >= 3600) return `${Math.floor(whole / 3600)}\u202fh ${Math.floor(whole / 60) % 60}\u202fmin`;
  return `${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

function turn(box) {
  const dueMs = Date.parse(box.dataset.due);
  const left = (dueMs - now()) / 1000;
  const share = Math.max(0, Math.min(100, (left / Number(box.dataset.whole)) * 100));
  box.querySelector(".countdown__left")?.setAttribute("stroke-dasharray", `${share.toFixed(1)} 100`);
  write(box.querySelector("[data-countdown]"), figure(left));
  const due = facts?.due.find((one) => Date.parse(one.due_at) === dueMs);
  if (left >= 0 || !due) return;
  const isLate = now() > Date.parse(due.late_at);
  box.classList.remove("countdown--wait");
  box.classList.add(isLate ? "countdown--act" : "countdown--look");
  if (isLate) write(box.querySelector("[data-countdown-word]"), "Overdue");
  else write(box.querySelector("[data-countdown-word]"), "Due now");
}

// The last word is the server's; this only adds what the pump delivers meanwhile, up to the order.
function pour(pump) {
  const perSecond = Number(pump.dataset.rate);
  if (!perSecond) return;
  const ordered = Number(pump.dataset.ordered);
  const passed = Math.max(0, (now() - Date.parse(pump.dataset.at)) / 1000);
  const given = Number(pump.dataset.given) + perSecond * passed;
  const text = (mg) => `${Number(mg.toFixed(1))}\u202fmg`;
  write(pump.querySelector("[data-pump-given]"), text(given));
  write(pump.querySelector("[data-pump-left]"), text(Math.max(0, ordered - given)));
  const last = [...pump.querySelectorAll(".pump__in")].at(-1);
  if (!last) return;
  const x = Number(last.getAttribute("x"));
  last.setAttribute("width", String(Math.max(0, Math.min(1000, (given / ordered) * 1000) - x)));
}

function tick() {
  const box = document.getElementById("countdown");
  const pump = document.getElementById("pump");
  if (box?.dataset.due) turn(box);
  if (pump) pour(pump);
}

tick();
setInterval(tick, 1000);
