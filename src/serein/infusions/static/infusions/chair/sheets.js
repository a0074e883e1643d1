// The entries behind the buttons: each stands in the page as a template and opens without asking the
// server. Without scripts the same buttons are links to the same entries.

const KEY = "key_field";
const LATER = "chair-said";
const MOVES = ["pause", "resume", "stop"];
const said = document.getElementById("said");
let opener = null;
let isLeaving = false;
let sent = null;

function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

function mark(kind) {
  for (const link of document.querySelectorAll("[data-sheet]")) {
    if (link.dataset.sheet === kind) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// The entry sticks beside the sheet, so the distance is worked out, not left to scrollIntoView.
function bringIntoView(sheet) {
  const { top, bottom } = sheet.getBoundingClientRect();
  const banner = document.querySelector(".chair-who")?.offsetHeight ?? 0;
  const bar = document.querySelector(".chair-bar")?.offsetHeight ?? 0;
  if (top < banner || bottom > innerHeight - bar) scrollBy(0, top - banner - 12);
}

function open(kind, from) {
  const template = document.getElementById(`sheet-${kind}`);
  const here = document.getElementById("entry");
  if (!template || !here) return false;
  const sheet = template.content.cloneNode(true).querySelector("#entry");
  const form = sheet.querySelector("form");
  for (const each of sheet.querySelectorAll("form")) each.elements.namedItem(KEY).value = newKey();
  here.replaceWith(sheet);
  opener = from;
  mark(kind);
  document.dispatchEvent(new CustomEvent("serein:opened", { detail: { form, kind } }));
  sheet.querySelector("#entry-title").focus({ preventScroll: true });
  bringIntoView(sheet);
  return true;
}

function close() {
  const sheet = document.getElementById("entry");
  if (!sheet?.classList.contains("entry")) return;
  const empty = document.createElement("div");
  empty.id = "entry";
  sheet.replaceWith(empty);
  mark("");
  if (opener?.isConnected) opener.focus({ preventScroll: true });
}

const isTouched = (form) =>
  [...form.elements].some((each) => "defaultValue" in each && each.type !== "hidden" && each.value !== each.defaultValue)
  || [...form.querySelectorAll("input:checked")].some((each) => !each.defaultChecked);

document.addEventListener("click", (event) => {
  // Some entries have a better page of their own; their sheet stands in while the server is away.
  const isAway = document.body.dataset.away === "true";
  const link = event.target.closest(isAway ? "[data-sheet], [data-sheet-away]" : "[data-sheet]");
  const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (link && isPlain && open(link.dataset.sheet ?? link.dataset.sheetAway, link)) return event.preventDefault();
  const cancel = event.target.closest("#entry .form-actions a[href]");
  if (cancel && opener) {
    event.preventDefault();
    close();
  }
  const phrase = event.target.closest("[data-phrase]");
  if (phrase) {
    const area = phrase.closest("form").querySelector("textarea");
    area.value = `${area.value} ${phrase.dataset.phrase}`.trim();
    area.dispatchEvent(new Event("input", { bubbles: true }));
    // On the crash card one press is the entry.
    if ("now" in phrase.dataset) {
      phrase.setAttribute("aria-pressed", "true");
      phrase.form.requestSubmit();
    }
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && opener && !isTouched(document.querySelector("#entry form"))) close();
});

// How bad it is is the last thing asked, so a press on it saves. Arrow keys only choose.
document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-save-on-press] input");
  const isPress = event.detail > 0 || event.pointerType;
  if (box && isPress && box.form.querySelector('[name="code"]:checked')) box.form.requestSubmit();
});

// An order brings its usual dose, ready to be changed, and what is tried before it.
document.addEventListener("change", (event) => {
  const box = event.target;
  if (!box.matches("[data-usual]")) return;
  const dose = box.form.elements.namedItem("dose");
  dose.value = box.dataset.usual;
  dose.dataset.fresh = "yes";
  dose.dataset.words = `dose in ${box.dataset.unit}`;
  box.form.querySelector("[data-order-hint]").textContent = box.dataset.hint;
  dose.dispatchEvent(new Event("input", { bubbles: true }));
});

// One press sends once. A page that comes back from the browser's memory may send again.
document.addEventListener("submit", (event) => {
  setTimeout(() => (isLeaving = !event.defaultPrevented));
  if (event.defaultPrevented || !("chart" in event.target.dataset)) return;
  if (sent === event.target) event.preventDefault();
  sent = event.target;
});
addEventListener("pageshow", () => {
  sent = null;
  isLeaving = false;
});

// A new phase reloads the page; not while somebody is typing, and not over the answer to what was
// just sent.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const form = document.querySelector("#entry form");
  const isReload = event.detail.xhr.getResponseHeader("HX-Refresh") === "true";
  if (isReload && isLeaving) event.preventDefault();
  if (!isReload || isLeaving || !form || !isTouched(form)) return;
  event.preventDefault();
  said.textContent = "The visit has moved on. Save or cancel this entry to see it.";
});

// What is sent next from this form is made anew, with its own moment.
function mayBeSentAnew(form) {
  for (const name of ["pressed_at", "device_at", "offset_ms"]) {
    const field = form.elements.namedItem(name);
    if (field) field.value = "";
  }
  sent = null;
}

document.addEventListener("serein:held", (event) => mayBeSentAnew(event.target));

document.addEventListener("serein:stored", (event) => {
  const form = event.target;
  const isFromAddress = form.closest("#entry") && !opener;
  if (form.closest(".entry--emergency")) form.reset();
  else if (form.closest("#entry")) close();
  const key = form.elements.namedItem(KEY);
  if (key) key.value = newKey();
  mayBeSentAnew(form);
  const { words, answer, sent: isSent } = event.detail;
  said.textContent = `${isSent ? "Saved" : "Kept on this tablet"}: ${words}`;
  // A new phase loads the page anew; what was done is said there once more, without its values.
  if (isSent && MOVES.includes(form.dataset.chart)) sessionStorage.setItem(LATER, `Saved: ${words.split(":")[0]}`);
  // An entry that was opened by its own address leaves that address, with the server's own words.
  if (isSent && isFromAddress) {
    isLeaving = true;
    if (answer) sessionStorage.setItem(LATER, answer);
    location.assign(document.getElementById("refresh").href);
  }
});

const later = sessionStorage.getItem(LATER);
sessionStorage.removeItem(LATER);
if (later) said.textContent = later;

// What was only kept a moment ago has arrived.
document.addEventListener("serein:sent", (event) => {
  const { words } = event.detail;
  if (said.textContent === `Kept on this tablet: ${words}`) said.textContent = `Saved: ${words}`;
});

document.addEventListener("serein:refused", (event) => {
  said.textContent = `Not taken: ${event.detail.words}`;
});

for (const phrases of document.querySelectorAll("[data-phrases]")) phrases.hidden = false;
document.addEventListener("serein:opened", (event) => {
  for (const phrases of event.detail.form.closest("#entry").querySelectorAll("[data-phrases]")) phrases.hidden = false;
});
