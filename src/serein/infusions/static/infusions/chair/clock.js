// The clinic's clock on this tablet: the tablet's own clock plus a measured offset. The sample with the
// shortest round trip wins, so that a slow answer does not spoil a good measurement.

const FORGET_AFTER_MS = 10 * 60 * 1000;
const SKEW_MS = 30 * 1000;
const JITTER_MS = 1000;
const read = () => JSON.parse(document.getElementById("session-facts")?.textContent ?? "null");

let best = { offsetMs: 0, tripMs: Infinity, atMs: 0 };
let askedMs = 0;

export let facts = read();
export const offset = () => best.offsetMs;
export const now = () => Date.now() + best.offsetMs;
export const at = (ms = now()) => new Date(ms).toISOString();

function measure(serverMs, sentMs, heardMs) {
  const tripMs = Math.max(0, heardMs - sentMs);
  if (Number.isNaN(serverMs)) return;
  const offsetMs = Math.round(serverMs - (sentMs + heardMs) / 2);
  const isFresh = Math.abs(Date.now() - best.atMs) < FORGET_AFTER_MS;
  // Two measurements that cannot both be true: one of the clocks was set meanwhile.
  const wasSet = Math.abs(offsetMs - best.offsetMs) > (tripMs + best.tripMs) / 2 + JITTER_MS;
  if (isFresh && !wasSet && tripMs > best.tripMs) return;
  const before = best.offsetMs;
  best = { offsetMs, tripMs, atMs: Date.now() };
  if (Math.abs(best.offsetMs - before) > 1000) {
    document.dispatchEvent(new CustomEvent("serein:clock", { detail: { offset: best.offsetMs } }));
  }
  saySkew();
}

// A clock that is far off is said, because people compare it with the watch on the wall.
function saySkew() {
  const line = document.getElementById("skew");
  if (!line) return;
  const seconds = Math.round(Math.abs(best.offsetMs) / 1000);
  const far = seconds < 5400 ? `${Math.round(seconds / 6) / 10}\u202fmin` : `${Math.round(seconds / 3600)}\u202fh`;
  const isOff = Math.abs(best.offsetMs) > SKEW_MS;
  line.hidden = !isOff;
  line.textContent = isOff
    ? `The clock of this tablet is ${far} ${best.offsetMs < 0 ? "ahead" : "behind"}. Entries use the clinic’s time.`
    : "";
}

function firstSample() {
  const page = performance.getEntriesByType("navigation")[0];
  if (!facts || !page) return;
  const start = performance.timeOrigin;
  measure(Date.parse(facts.computed_at), start + page.requestStart, start + page.responseStart);
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.elt.id === "live") askedMs = Date.now();
});

// By now the live part was replaced, so the event comes from its parent: who asked says the request.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.requestConfig?.elt?.id !== "live" || !event.detail.successful) return;
  const heardMs = Date.now();
  facts = read() ?? facts;
  measure(Date.parse(facts?.computed_at), askedMs, heardMs);
  document.dispatchEvent(new CustomEvent("serein:facts", { detail: facts }));
});

// What the moment of a charted entry was, by both clocks. Written once, so that the same form sent
// twice stays the same entry.
function hidden(form, name, value) {
  let field = form.elements.namedItem(name);
  if (!field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name });
    form.append(field);
  }
  field.value ||= value;
}

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!("chart" in form.dataset)) return;
    hidden(form, "pressed_at", at());
    hidden(form, "device_at", new Date().toISOString());
    hidden(form, "offset_ms", String(best.offsetMs));
  },
  true,
);

firstSample();
