// Our own keypad for every input[data-keypad]: no system keyboard comes up, gloves hit 48 px, and each
// value is said in words. Typing on a real keyboard works as ever; only keypad presses move on.

import { facts } from "./clock.js";
import { meaning } from "./range.js";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", ".", "0", "⌫"];
const NAMES = { ".": "Point", "⌫": "Delete the last digit" };

let active = null;

const fields = (form) => [...form.querySelectorAll("input[data-keypad]")];
const padOf = (form) => form.querySelector(".pad");
const labelOf = (input) => input.labels?.[0]?.textContent.trim() ?? input.name;

function button(text, name, action, extra = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button pad__key ${extra}`.trim();
  made.textContent = text;
  made.dataset.key = action;
  if (name) made.setAttribute("aria-label", name);
  return made;
}

function build(form) {
  const pad = document.createElement("div");
  pad.className = "pad";
  pad.setAttribute("role", "group");
  pad.setAttribute("aria-label", "Keypad");
  const said = document.createElement("p");
  said.className = "pad__said";
  said.setAttribute("role", "status");
  const keys = document.createElement("div");
  keys.className = "pad__keys";
  for (const key of KEYS) keys.append(button(key, NAMES[key], key));
  const side = document.createElement("div");
  side.className = "pad__side";
  side.append(button("Same", "", "same", "pad__same"), button("Next", "", "next", "pad__next"));
  pad.append(said, keys, side);
  const end = form.querySelector("[data-keypad-place]") ?? form.querySelector(".form-actions");
  if (end?.matches("[data-keypad-place]")) end.append(pad);
  else if (end) end.before(pad);
  else form.append(pad);
}

function say(form, [tone, words]) {
  const line = padOf(form).querySelector(".pad__said");
  line.dataset.tone = tone;
  if (line.textContent !== words) line.textContent = words;
}

// The newest value that was charted: the page's own, or what has come since it was loaded.
function lastOf(input) {
  const known = facts?.last[input.name];
  if (!known) return [input.dataset.last ?? "", input.dataset.lastAt ?? ""];
  const zone = { hour12: false, hour: "2-digit", minute: "2-digit", timeZone: facts.zone };
  return [known.value, new Date(known.at).toLocaleTimeString("en-GB", zone)];
}

function activate(input) {
  active = input;
  for (const each of fields(input.form)) {
    each.closest(".field")?.classList.toggle("field--active", each === input);
  }
  const pad = padOf(input.form);
  const [last, lastAt] = lastOf(input);
  const same = pad.querySelector('[data-key="same"]');
  same.disabled = !last;
  same.textContent = last ? `Same: ${last}` : "Same";
  same.setAttribute("aria-label", last ? `${labelOf(input)} same as at ${lastAt}: ${last}` : "Same as last: none yet");
  pad.querySelector('[data-key="."]').disabled = input.dataset.mode !== "decimal";
  say(input.form, meaning(input));
}

function moveOn(input) {
  const all = fields(input.form);
  const next = all[all.indexOf(input) + 1];
  if (next) {
    next.focus({ preventScroll: true });
    next.closest(".field")?.scrollIntoView({ block: "nearest" });
  }
}

// Full when no further digit could make a value that is possible.
function isFull(input) {
  const high = Number(input.dataset.high);
  if (!high || input.dataset.mode === "decimal") return false;
  return input.value.length >= String(high).length || Number(input.value) * 10 > high;
}

function press(key) {
  const input = active;
  if (key === "next") return moveOn(input);
  if (key === "same") [input.value] = lastOf(input);
  else if (key === "⌫") input.value = input.value.slice(0, -1);
  else input.value = input.dataset.fresh ? key : input.value + key;
  delete input.dataset.fresh;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  const [tone] = meaning(input);
  const isDigit = /\d/.test(key);
  if (input.dataset.keypad === "next" && (key === "same" || (isDigit && isFull(input) && tone !== "act"))) {
    moveOn(input);
  }
}

export function attach(form) {
  const all = fields(form);
  if (!all.length || padOf(form)) return;
  build(form);
  for (const input of all) {
    input.dataset.mode = input.inputMode;
    input.inputMode = "none";
    if (input.value) input.dataset.fresh = "yes";
  }
  activate(all[0]);
}

document.addEventListener("focusin", (event) => {
  if (event.target.matches("input[data-keypad]") && padOf(event.target.form)) activate(event.target);
});

document.addEventListener("input", (event) => {
  const input = event.target;
  if (input.matches("input[data-keypad]") && padOf(input.form)) say(input.form, meaning(input));
});

// A press on a key leaves the focus where the digits go.
document.addEventListener("pointerdown", (event) => {
  if (event.target.closest(".pad__key")) event.preventDefault();
});

document.addEventListener("click", (event) => {
  const key = event.target.closest(".pad__key");
  if (!key) return;
  const form = key.closest("form");
  if (active?.form !== form) activate(fields(form)[0]);
  press(key.dataset.key);
});

for (const form of document.querySelectorAll("#entry form")) attach(form);
document.addEventListener("serein:opened", (event) => attach(event.detail.form));
