// Mending: an entry that the server did not take opens again in its own form, as it was typed.

import { refill } from "./entry.js";
import { state } from "./queue.js";

let wanted;

// Which sheet of the page an entry belongs to; undefined when this page has none.
export function sheetOf(entry) {
  const last = entry.action.split("/").at(-2);
  const kind = { score: `score-${last}`, answer: last }[entry.kind] ?? entry.kind;
  return document.getElementById(`sheet-${kind}`) ? kind : undefined;
}

document.addEventListener(
  "click",
  (event) => {
    wanted = event.target.closest?.("[data-mend]")?.dataset.mend;
  },
  true,
);

document.addEventListener("serein:opened", (event) => {
  const entry = state.entries.find((each) => String(each.sequence) === wanted);
  wanted = undefined;
  if (!entry) return;
  event.detail.form.dataset.mends = entry.sequence;
  refill(event.detail.form, entry);
});
