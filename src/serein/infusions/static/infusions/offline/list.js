// The list of what is not at the server: each entry hollow, or with the words of its refusal.

import { sheetOf } from "./mend.js";
import { clock } from "./time.js";

export function write(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

export function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text) node.textContent = text;
  return node;
}

function mending(entry) {
  const button = make("button", "button", "Mend");
  button.type = "button";
  button.dataset.mend = entry.sequence;
  button.dataset.sheet = sheetOf(entry);
  button.append(make("span", "visually-hidden", `: ${entry.words}`));
  return button;
}

function leaving(entry) {
  const form = make("form", "offline__leave cluster");
  form.dataset.leave = entry.sequence;
  const label = make("label", "", "Reason to leave it out");
  const input = make("input");
  input.id = `leave-${entry.sequence}`;
  input.className = "input";
  input.required = true;
  input.maxLength = 200;
  label.htmlFor = input.id;
  const button = make("button", "button button--quiet", "Leave it out");
  form.append(label, input, button);
  return form;
}

function line(entry, facts) {
  const item = make("li", `offline__entry offline__entry--${entry.state}`);
  const said = make("p");
  if (!entry.words) {
    said.append(make("span", "", "A closed entry. Sign in to open and send it."));
    item.append(said);
    return item;
  }
  said.append(make("span", "num", clock(entry.atMs, facts?.zone)), ` ${entry.words} `);
  item.append(said);
  if (entry.state === "refused") {
    item.append(make("p", "finding finding--look", `Not taken: ${entry.refusal.join(" ")}`));
    const row = make("div", "cluster");
    if (sheetOf(entry)) row.append(mending(entry));
    row.append(leaving(entry));
    item.append(row);
  } else {
    said.append(make("span", "muted small", `not sent yet, ${entry.name}`));
  }
  return item;
}

export function showEntries(entries, facts) {
  const list = document.getElementById("offline-entries");
  const shape = JSON.stringify(entries.map((each) => [each.sequence, each.state, each.words]));
  if (list.dataset.shape === shape) return;
  list.dataset.shape = shape;
  list.replaceChildren(...entries.map((each) => line(each, facts)));
}
