// Listens to the live stream. A change makes the parts of the page that ask for it
// (hx-trigger="serein:change from:body") fetch themselves again. When no beat has come for five
// seconds the page says since when, because silence must look different from calm.

const SILENT_AFTER_MS = 5000;
const url = document.body.dataset.live;
const clock = { hour12: false, timeZone: document.body.dataset.zone || undefined };
const lines = () => document.querySelectorAll("[data-line]");

let lastBeatMs = Date.now();
let isLost = false;

function show(text, lost) {
  for (const line of lines()) {
    if (line.textContent !== text) line.textContent = text;
    line.dataset.lost = String(lost);
  }
  document.body.dataset.lineLost = String(lost);
}

function beat() {
  lastBeatMs = Date.now();
  if (!isLost) return;
  isLost = false;
  show("Connected", false);
  document.body.dispatchEvent(new CustomEvent("serein:change"));
}

function watch() {
  if (isLost || Date.now() - lastBeatMs < SILENT_AFTER_MS) return;
  isLost = true;
  const since = new Date(lastBeatMs).toLocaleTimeString("en-GB", clock);
  show(`No connection since ${since}. What you see may be old.`, true);
}

if (url && "EventSource" in window) {
  const stream = new EventSource(url);
  stream.addEventListener("beat", beat);
  stream.addEventListener("change", () => {
    beat();
    document.body.dispatchEvent(new CustomEvent("serein:change"));
  });
  addEventListener("pagehide", () => stream.close());
  setInterval(watch, 1000);
  show("Connected", false);
}
