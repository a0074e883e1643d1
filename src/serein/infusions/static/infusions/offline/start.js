// On the session page: starts the tablet's keeping, registers the service worker, and keeps a small
// sealed picture of the visit, enough to go on after a restart without the server. Where the browser
// cannot do this (no secure connection), the forms stay what they are: plain forms.

import { hasKey, seal } from "./cipher.js";
import { begin } from "./session.js";

const DAY_MS = 24 * 3600 * 1000;
const box = document.getElementById("offline");

function factsNow() {
  try {
    return JSON.parse(document.getElementById("session-facts").textContent);
  } catch {
    return undefined;
  }
}

// The blank forms of the page and its buttons, without the token of this sign-in.
const clean = (html) => html.replace(/<input[^>]*csrfmiddlewaretoken[^>]*>/g, "");

function sheets() {
  const all = document.querySelectorAll('template[id^="sheet-"]');
  return Object.fromEntries([...all].map((sheet) => [sheet.id, clean(sheet.innerHTML)]));
}

// No name, no birth date, no number: initials and birth year tell two patients of a day apart.
function picture(facts) {
  const said = box.dataset;
  const { session, contact, notes, person, name, zone, chair, title, initials, born, weight, allergies } = said;
  const where = { session, contact, notes, person, name, zone, keyUrl: said.keyUrl };
  const bar = clean(document.querySelector(".chair-bar")?.innerHTML ?? "");
  const { theme } = document.documentElement.dataset;
  return { ...where, chair, title, initials, born, weight, allergies, facts, theme, sheets: sheets(), bar };
}

async function keepPicture(facts) {
  if (!facts || !(await hasKey())) return;
  const sealed = await seal(picture(facts));
  await self.chairStore.put("snapshots", { session: facts.session_id, keptMs: Date.now(), ...sealed });
}

// Pictures of visits that were never seen to end here.
async function dropOld() {
  const old = (await self.chairStore.all("snapshots")).filter((row) => !(Date.now() - row.keptMs < DAY_MS));
  for (const row of old) await self.chairStore.remove("snapshots", row.session);
}

async function register() {
  const registered = await navigator.serviceWorker.register(box.dataset.worker, { updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
  navigator.serviceWorker.addEventListener("message", (event) => {
    if (event.data?.kept) box.dataset.kept = "true";
  });
  registered.active?.postMessage({ keep: loaded });
}

if (box?.dataset.session && isSecureContext && navigator.serviceWorker && navigator.locks) {
  let facts = factsNow();
  document.addEventListener("serein:facts", (event) => {
    facts = event.detail;
    keepPicture(facts).catch(() => undefined);
  });
  const { session, contact, notes, person, name, zone, keyUrl } = box.dataset;
  begin({ session, contact, notes, person, name, zone, keyUrl }, () => facts).then(() => keepPicture(facts));
  register().catch(() => undefined);
  dropOld().catch(() => undefined);
  navigator.storage?.persist?.();
}
