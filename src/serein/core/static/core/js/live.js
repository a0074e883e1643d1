// Listens to the live stream. A change makes the parts of the page that ask for it
// (hx-trigger="serein:change from:body") fetch themselves again, at most once in a while. When no
// beat has come for five seconds the page says since when, because silence must look different
// from calm. A page that nobody sees closes its stream and catches up when it is seen again.
//
// On the body: data-live (address), data-live-of (a patient: hear only of them), data-live-at (what
// this page shows, for the names of who is looking), data-live-every (ms between two fetches),
// data-live-part (the id of a part that comes down the stream whole, instead of being fetched, and
// after a space its name at the server).

const SILENT_AFTER_MS = 5000;
const FEED_EVERY_MS = 5000; // devices speak every second, and nothing of it is charted yet
const WORDS = {
  "signed-out": "Signed out. Sign in to see what is new.",
  "too-many": "Too many pages are open. Close some and reload this one.",
};
const { live: url, liveOf, liveAt, liveEvery, livePart = "", zone } = document.body.dataset;
const [partId, partName] = livePart.split(" ");
const clock = { hour12: false, timeZone: zone || undefined };
const everyMs = Number(liveEvery) || (liveOf ? 500 : 1000);

let stream;
let lastId = "";
let lastBeatMs = Date.now();
let isLost = false;
let ended = "";
let toldMs = 0;
let telling = 0;
let tellingMs = 0;
let fedMs = 0;
let isFeedDue = false;
let isFed = false;

function show(text) {
  for (const line of document.querySelectorAll("[data-line]")) {
    if (line.textContent !== text) line.textContent = text;
    line.dataset.lost = String(isLost);
  }
  document.body.dataset.lineLost = String(isLost);
  sayOnParts();
}

function sayOnParts() {
  const since = isLost ? `since ${new Date(lastBeatMs).toLocaleTimeString("en-GB", clock)}` : "";
  for (const part of document.querySelectorAll("[data-lost-since]")) {
    if (part.textContent !== since) part.textContent = since;
  }
}

function lose() {
  isLost = true;
  const since = new Date(lastBeatMs).toLocaleTimeString("en-GB", clock);
  show(`No connection since ${since}. What you see may be old. ${WORDS[ended] ?? ""}`.trim());
}

function watch() {
  if (Date.now() - lastBeatMs < SILENT_AFTER_MS) return;
  if (!isLost) lose();
}

function tell(notBeforeMs = 0) {
  const dueMs = Math.max(Date.now(), toldMs + everyMs, notBeforeMs);
  if (telling && dueMs >= tellingMs) return;
  clearTimeout(telling);
  tellingMs = dueMs;
  telling = setTimeout(() => {
    telling = 0;
    toldMs = Date.now();
    if (isFeedDue) fedMs = toldMs;
    isFeedDue = false;
    document.body.dispatchEvent(new CustomEvent("serein:change"));
  }, dueMs - Date.now());
}

function heard() {
  if (!isLost && Date.now() - lastBeatMs >= SILENT_AFTER_MS) {
    // The page slept: what waited in this stream is old, so a new one has to say how things are.
    wake();
    return false;
  }
  lastBeatMs = Date.now();
  if (isLost) {
    isLost = false;
    show("Connected");
    tell();
  }
  return true;
}

function changed(event) {
  if (!heard()) return;
  lastId = event.lastEventId || lastId;
  const { of: about, kind, missed } = JSON.parse(event.data);
  const isMine = missed || !liveOf || !about || about === liveOf;
  if (!isMine) return;
  if (kind !== "feed") {
    tell();
  } else if (liveOf) {
    isFeedDue = true;
    tell(fedMs + FEED_EVERY_MS);
  }
}

function put(event) {
  if (!heard()) return;
  lastId = event.lastEventId || lastId;
  const part = document.getElementById(partId);
  const asked = { target: part, shouldSwap: true };
  htmx.trigger(part, "htmx:beforeSwap", asked);
  isFed = asked.shouldSwap;
  if (isFed) htmx.swap(part, event.data, { swapStyle: "outerHTML" });
}

// What comes down the stream is not fetched as well, unless a drawing was held off by a finger.
function spare(event) {
  if (partId && event.target.id === partId && isFed && !isLost) event.preventDefault();
}

function finished(event) {
  ended = event.data;
  close();
  lose();
}

function close() {
  stream?.close();
  stream = undefined;
}

function open() {
  if (stream || ended || document.hidden) return;
  const address = new URL(url, location.href);
  if (lastId) address.searchParams.set("after", lastId);
  if (liveAt) address.searchParams.set("at", liveAt);
  if (partName) address.searchParams.set("part", partName);
  isFed = false;
  stream = new EventSource(address);
  stream.addEventListener("beat", heard);
  stream.addEventListener("change", changed);
  stream.addEventListener("part", put);
  stream.addEventListener("ended", finished);
  stream.addEventListener("error", () => {
    isFed = false;
    if (stream?.readyState !== EventSource.CLOSED) return;
    close();
    setTimeout(open, 2000);
  });
}

function wake() {
  watch();
  close();
  open();
}

if (url && "EventSource" in window) {
  open();
  show("Connected");
  setInterval(watch, 1000);
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : wake()));
  document.addEventListener("resume", wake);
  addEventListener("pagehide", close);
  addEventListener("offline", () => (close(), lose()));
  addEventListener("online", wake);
  addEventListener("pageshow", (event) => event.persisted && wake());
  document.addEventListener("htmx:afterSettle", sayOnParts);
  document.addEventListener("htmx:beforeRequest", spare);
}
