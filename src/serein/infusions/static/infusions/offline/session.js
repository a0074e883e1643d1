// One visit on this tablet: takes what is entered, keeps it, sends it, and shows how things stand.
// Used by the session page (start.js) and by the shell that stands in for it (shell.js).

import { checkAge, device, hasKey, heard, takeKey } from "./cipher.js";
import { entryFrom, leftOut } from "./entry.js";
import { lineText } from "./line.js";
import { isHeldBack } from "./lists.js";
import { contact, keyFor } from "./network.js";
import { show } from "./panel.js";
import * as queue from "./queue.js";
import * as signIn from "./sign_in.js";
import * as time from "./time.js";

const ANSWER_WITHIN_MS = 2500;
const LOOK_EVERY_MS = 5000;
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

let who = {};
let facts = () => undefined;
let onBack = () => undefined;
let signedIn = "";
let line = "unknown";
let awaySinceMs;
let looking;
let lookedAtMs = 0;

export const isAway = () => line === "away";

function refresh() {
  const open = new Set([...document.querySelectorAll("form[data-chart] [name=key_field]")].map((f) => f.value));
  const isOpen = (entry) => entry.state === "refused" && open.has(keyOf(entry));
  const entries = queue.state.entries.filter((entry) => !isOpen(entry));
  const isOthers = entries.some((entry) => entry.state === "waiting" && entry.person !== signedIn);
  show({
    entries,
    facts: facts(),
    lineText: lineText({ entries, line, awaySinceMs, signedIn, isClosed: queue.state.isClosed, zone: who.zone }),
    isAway: line === "away",
    needsSignIn: line === "signed_out" || queue.state.isClosed || (line === "done" && isOthers),
  });
}

const keyOf = (entry) => entry.fields?.find(([name]) => name === "key_field")?.[1];

function lineIs(found) {
  const was = line;
  line = found;
  document.body.dataset.away = String(found === "away" || found === "signed_out");
  if (found === "away") awaySinceMs ??= time.now();
  else awaySinceMs = undefined;
  if (found === "done" && was !== "done" && was !== "unknown") {
    document.body.dispatchEvent(new CustomEvent("serein:change"));
  }
  refresh();
}

// Asks the server whether it is there, takes its clock and the key, and sends what waits.
export function look() {
  looking ??= lookOnce().finally(() => {
    looking = undefined;
  });
  return looking;
}

async function lookOnce() {
  lookedAtMs = Date.now();
  const answer = await contact(who.contact);
  if (answer.kind !== "done") {
    lineIs(answer.kind === "signed_out" ? "signed_out" : "away");
    return;
  }
  signedIn = answer.person;
  if (answer.roundMs < 2000) await time.measured(answer.offsetMs);
  await heard(Date.now());
  if (!(await hasKey())) {
    const given = await keyFor(who.keyUrl, await device(), who.contact);
    if (given.key) await takeKey(given.key);
    await queue.load();
  }
  lineIs("done");
  await send();
  if (!queue.state.entries.some((entry) => entry.state === "waiting")) onBack();
}

async function send() {
  await queue.drain();
  if (queue.state.last === "away" || queue.state.last === "broken") lineIs("away");
  else if (queue.state.last === "signed_out") lineIs("signed_out");
  else refresh();
}

async function keep(form) {
  const before = queue.state.entries.find((each) => each.state === "refused" && isMended(form, each));
  const sequence = await self.chairStore.next();
  const made = { device: await device(), sequence, person: who.person, name: who.name, zone: who.zone };
  const entry = entryFrom(form, { ...made, before });
  const where = { sequence, session: who.session, person: who.person, instead: before?.sequence };
  await queue.keep(entry, where);
  return { ...entry, sequence };
}

function isMended(form, entry) {
  return form.dataset.mends === String(entry.sequence) || keyOf(entry) === form.elements.key_field?.value;
}

// What became of an entry that was just kept: "sent", "refused" or "waiting".
async function outcome(sequence) {
  if (line === "away" || line === "signed_out") return "waiting";
  await Promise.race([send(), wait(ANSWER_WITHIN_MS)]);
  const found = queue.state.entries.find((entry) => entry.sequence === sequence);
  if (!found) return "sent";
  if (found.state === "waiting" && line === "done") lineIs("away");
  return found.state;
}

async function submitted(event) {
  const form = event.target.closest?.("form[data-chart]");
  if (!form || event.defaultPrevented) return;
  if (!who.isReady || queue.state.isClosed) return;
  event.preventDefault();
  if (form.dataset.keeping) return;
  if (line !== "done" && isHeldBack(form, facts(), queue.state.entries)) return void held(form);
  form.dataset.keeping = "true";
  try {
    const entry = await keep(form);
    const became = await outcome(entry.sequence);
    // The server said no while somebody stands here: its own page shows what to mend, and where.
    if (became === "refused" && !document.body.dataset.shell) return void form.submit();
    const answer = queue.state.said.get(entry.sequence);
    const detail = { key: keyOf(entry), words: entry.words, answer, sent: became === "sent" };
    form.dispatchEvent(new CustomEvent("serein:stored", { bubbles: true, detail }));
    if (became !== "sent") return;
    document.getElementById("said").textContent = `Saved: ${entry.words}`;
    document.body.dispatchEvent(new CustomEvent("serein:change"));
  } catch (fault) {
    notKept(form, fault);
  } finally {
    delete form.dataset.keeping;
  }
}

const held = (form) => form.dispatchEvent(new CustomEvent("serein:held", { bubbles: true }));

function notKept(form, fault) {
  if (line === "done") {
    form.submit();
    return;
  }
  held(form);
  const words = `Write this on paper: the tablet could not keep it (${fault.name}).`;
  document.dispatchEvent(new CustomEvent("serein:refused", { detail: { chart: form.dataset.chart, words } }));
}

async function leave(event) {
  const form = event.target.closest?.("form[data-leave]");
  if (!form) return;
  event.preventDefault();
  const entry = queue.state.entries.find((each) => each.sequence === Number(form.dataset.leave));
  const sequence = await self.chairStore.next();
  const made = { device: await device(), sequence, person: who.person, name: who.name };
  const note = leftOut(entry, form.querySelector("input").value, who.notes, made);
  const where = { sequence, session: entry.session, person: who.person, instead: entry.sequence };
  await queue.keep(note, where);
  await send();
}

// `given`: { session, contact, keyUrl, notes, person, name, zone }; `factsNow` gives the newest facts.
export async function begin(given, factsNow, whenBack = () => undefined) {
  who = given;
  facts = factsNow;
  onBack = whenBack;
  await time.wake();
  await checkAge(Date.now());
  await queue.begin({ onChange: refresh, person: () => signedIn, contact: who.contact });
  who.isReady = await hasKey();
  document.addEventListener("submit", (event) => (submitted(event), leave(event)));
  document.dispatchEvent(new CustomEvent("serein:keeps"));
  signIn.begin(() => (looking ?? Promise.resolve()).then(look));
  await look();
  who.isReady = await hasKey();
  setInterval(() => {
    refresh();
    const lost = document.body.dataset.lineLost === "true";
    const isWaiting = queue.state.entries.some((entry) => entry.state === "waiting");
    if (lost && line === "done") lineIs("away");
    if ((line !== "done" || isWaiting) && Date.now() - lookedAtMs >= LOOK_EVERY_MS) look();
  }, 1000);
  addEventListener("online", () => look());
  document.body.addEventListener("serein:change", () => line !== "done" && look());
}
