// The queue: what was entered here and has not reached the server. An entry is on the disk, sealed,
// before the screen says that it is kept; it goes only when the server has answered for it. Entries
// are sent one at a time in the order in which they were made, by one tab of this tablet at a time.

import { heard, seal, unseal, hasKey } from "./cipher.js";
import { send } from "./network.js";

const store = self.chairStore;
const MOST_FAULTS = 5;
const tabs = new BroadcastChannel("serein-chair");
const faults = new Map();

// What the last attempt said: "done", "away", "signed_out", "another"; undefined before the first.
// `said` holds the server's words for each entry that was taken here.
export const state = { last: undefined, entries: [], isClosed: false, said: new Map() };

let told = () => undefined;
let whose = () => "";
let contactUrl = "";
let isSending = false;
let isWanted = false;

export function begin({ onChange, person, contact }) {
  told = onChange;
  whose = person;
  contactUrl = contact;
  tabs.onmessage = () => load();
  return load();
}

export async function load() {
  const rows = await store.all("entries");
  state.isClosed = rows.length > 0 && !(await hasKey());
  const opened = [];
  for (const row of rows) {
    const plain = { sequence: row.sequence, session: row.session, person: row.person, state: row.state };
    opened.push(state.isClosed ? plain : { ...(await unseal(row)), ...plain });
  }
  state.entries = opened;
  told();
}

async function changed() {
  tabs.postMessage("changed");
  await load();
}

// Keeps an entry; resolves when it is on the disk. `instead` is the refused one that it replaces.
export async function keep(entry, { sequence, session, person, instead }) {
  const row = { sequence, session, person, state: "waiting", ...(await seal(entry)) };
  await (instead ? store.swap(instead, row) : store.put("entries", row));
  await changed();
}

export async function drain() {
  isWanted = true;
  if (isSending || !(await hasKey())) return;
  isSending = true;
  try {
    while (isWanted) {
      isWanted = false;
      await navigator.locks.request("serein-send", sendAll);
    }
  } finally {
    isSending = false;
  }
}

async function sendAll() {
  for (;;) {
    const rows = await store.all("entries");
    const row = rows.find((each) => each.state === "waiting" && each.person === whose());
    if (!row) return;
    const entry = await unseal(row);
    const answer = await send(entry.action, entry.fields, contactUrl);
    state.last = answer.kind;
    if (answer.kind === "done") await taken(row, entry, answer.words);
    else if (answer.kind === "refused") await refused(row, entry, answer.words);
    else if (answer.kind !== "broken" || !(await givenUp(row, entry))) {
      told();
      return;
    }
  }
}

async function taken(row, entry, words) {
  state.said.set(row.sequence, words.join(" "));
  await store.remove("entries", row.sequence);
  await heard(Date.now());
  await changed();
  document.dispatchEvent(new CustomEvent("serein:sent", { detail: { words: entry.words } }));
}

async function refused(row, entry, words) {
  const sealed = await seal({ ...entry, refusal: words });
  await store.put("entries", { ...row, ...sealed, state: "refused" });
  await changed();
  const detail = { chart: entry.kind, words: words.join(" ") };
  document.dispatchEvent(new CustomEvent("serein:refused", { detail }));
}

// A fault of the server on this very entry must not hold up the others for ever.
async function givenUp(row, entry) {
  const times = (faults.get(row.sequence) ?? 0) + 1;
  faults.set(row.sequence, times);
  if (times < MOST_FAULTS) return false;
  await refused(row, entry, ["Enter this again: the server failed on it several times."]);
  return true;
}
