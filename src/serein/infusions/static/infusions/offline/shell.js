// Stands in for the session page while the server is away, also after the browser or the tablet was
// started again: opens the sealed picture of the visit, puts its blank forms and its buttons back,
// and starts the same scripts that the page itself runs.

import { checkAge, hasKey, unseal } from "./cipher.js";
import { begin } from "./session.js";
import { clock, now, offset, wake } from "./time.js";

const at = (id) => document.getElementById(id);
const [, , patient, , session] = location.pathname.split("/");

async function openPicture() {
  await checkAge(Date.now());
  const row = await self.chairStore.get("snapshots", session);
  if (!row || !(await hasKey())) return undefined;
  return unseal(row);
}

function putBack({ sheets, bar, facts }) {
  const holder = at("shell-sheets");
  for (const [id, html] of Object.entries(sheets)) {
    const sheet = document.createElement("template");
    sheet.id = id;
    sheet.innerHTML = html;
    holder.append(sheet);
  }
  at("shell-bar").innerHTML = bar;
  for (const link of document.querySelectorAll("#shell-bar a[href]")) {
    const isKept = link.dataset.sheet || link.dataset.hold || link.dataset.sheetAway;
    if (!isKept) link.remove();
  }
  const script = document.createElement("script");
  script.type = "application/json";
  script.id = "session-facts";
  script.textContent = JSON.stringify({ ...facts, computed_at: new Date(now()).toISOString() });
  holder.append(script);
}

// Only now does a press do what it says: the sheets open, and what is entered is kept.
function show(kept) {
  at("shell-emergency").hidden = !kept.sheets["sheet-emergency"];
  at("shell-bar").inert = false;
  if (kept.theme) document.documentElement.dataset.theme = kept.theme;
  at("shell-title").textContent = `${kept.chair}, ${kept.title}`;
  const said = [`${kept.initials} born ${kept.born}`, kept.weight && `weight ${kept.weight}`];
  said.push(kept.allergies && `allergies: ${kept.allergies}`);
  at("shell-who").textContent = `${said.filter(Boolean).join(", ")}. Entries are made as ${kept.name}.`;
  const asOf = clock(Date.parse(kept.facts.computed_at), kept.zone);
  at("shell-line").textContent += ` The server was last heard at ${asOf}; what others charted since is not here.`;
}

// The page's own clock cannot ask the server here, so the moment is written before it looks.
function stamp(event) {
  const form = event.target;
  if (!("chart" in form.dataset)) return;
  const said = {
    pressed_at: new Date(now()).toISOString(),
    device_at: new Date().toISOString(),
    offset_ms: String(offset() ?? ""),
  };
  for (const [name, value] of Object.entries(said)) {
    if (form.elements.namedItem(name)?.value) continue;
    const field = form.elements.namedItem(name) ?? document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
}

// The server is back and everything is sent: the true page comes back, unless somebody is typing.
function goBack() {
  if (!at("entry").childElementCount && !at("offline-sign-in").open) location.reload();
}

document.body.dataset.shell = "true";
document.addEventListener("submit", stamp, true);
at("shell-again").href = location.pathname;
await wake();
const kept = (await openPicture().catch(() => undefined)) ?? {};
if (kept.sheets) {
  putBack(kept);
  document.addEventListener("serein:keeps", () => show(kept));
  for (const name of at("content").dataset.scripts.split(" ").filter(Boolean)) await import(name);
} else {
  at("shell-line").textContent =
    "No connection to the server, and nothing of this visit is open on this tablet. Use the printed pack.";
}
const bare = `/patients/${patient}/sessions/${session}/`;
const { keyUrl } = at("offline").dataset;
const known = { session, contact: `${bare}contact/`, notes: `${bare}notes/`, person: "", name: "", keyUrl };
await begin({ ...known, ...kept }, () => kept.facts, goBack);
// Whoever was on the way to an entry when the server went away finds it open.
const meant = document.querySelector(`#shell-bar a[href="${location.pathname}"]`);
if (document.body.dataset.away === "true" && !at("entry").childElementCount) meant?.click();
