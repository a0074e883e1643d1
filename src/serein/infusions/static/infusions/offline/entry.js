// One entry as it is kept: where it goes, what was typed, when, by whom, and how it is read aloud.

import { now, offset, typed } from "./time.js";

const NUDGE_MIN = { 0: 0, 1: 1, 5: 5 };
const KINDS = {
  vitals: "Vitals",
  start: "Start",
  rate: "Rate",
  pause: "Pause",
  resume: "Resume",
  stop: "Stop",
  effect: "Side effect",
  drug: "Drug",
  note: "Note",
  score: "Score",
  help: "Patient's signal",
  emergency: "Emergency called",
  answer: "Checklist",
  discharge: "Discharge",
  leave: "Leaves against advice",
};
const SHORT = {
  hr_bpm: ["HR ", ""],
  spo2_percent: ["SpO₂ ", "%"],
  rr_per_min: ["RR ", ""],
  moaas: ["MOAA/S ", ""],
  nausea: ["nausea ", " of 10"],
  distress: ["distress ", " of 10"],
  temperature_c: ["", "\u202f°C"],
  rate_ml_per_h: ["", "\u202fmL/h"],
  severity: ["severity ", ""],
};
const UNSAID = new Set(["when", "clock", "occurred_time", "is_confirmed", "sbp_mmhg", "dbp_mmhg"]);
const SAID_BY_ITS_NAME = new Set(["discharge", "leave"]);
const ENVELOPE = ["pressed_at", "device_at", "offset_ms", "device", "sequence", "person"];

function labelOf(form, name, value) {
  for (const field of form.elements) {
    if (field.name !== name) continue;
    if (field.type === "radio" || field.type === "checkbox") {
      if (field.value === value) return field.labels?.[0]?.textContent.trim() ?? value;
    } else if (field.tagName === "SELECT") {
      return field.selectedOptions[0]?.textContent.trim() ?? value;
    } else {
      return undefined;
    }
  }
  return undefined;
}

// "Vitals: BP 128/78, HR 72", said from the fields themselves.
export function wordsOf(form) {
  const kind = KINDS[form.dataset.chart] ?? "Entry";
  if (SAID_BY_ITS_NAME.has(form.dataset.chart)) return kind;
  const data = new FormData(form);
  const visible = (name) => [...form.elements].some((f) => f.name === name && f.type !== "hidden");
  const parts = [];
  if (data.get("sbp_mmhg")) parts.push(`BP ${data.get("sbp_mmhg")}/${data.get("dbp_mmhg")}`);
  for (const [name, value] of data) {
    if (!value || UNSAID.has(name) || !visible(name)) continue;
    const [before, after] = SHORT[name] ?? ["", ""];
    parts.push(`${before}${SHORT[name] ? value : (labelOf(form, name, value) ?? value)}${after}`);
  }
  return parts.length ? `${kind}: ${parts.join(", ")}` : kind;
}

function momentOf(fields, pressedMs, zone) {
  const at = fields.occurred_time || fields.clock;
  if (at && /^\d{1,2}:\d{2}/.test(at)) return typed(at, pressedMs, zone);
  return pressedMs - (NUDGE_MIN[fields.when] ?? 0) * 60000;
}

function valuesOf(fields) {
  const numbers = Object.entries(fields).filter(([, value]) => /^-?\d+(\.\d+)?$/.test(value));
  return Object.fromEntries(numbers.map(([name, value]) => [name, Number(value)]));
}

// Everything of a form that is to be kept; `before` is the refused entry that it mends.
export function entryFrom(form, { device, sequence, person, name, zone, before }) {
  const pairs = [...new FormData(form)].filter(([field]) => field !== "csrfmiddlewaretoken");
  const said = Object.fromEntries(pairs);
  const envelope = {
    pressed_at: said.pressed_at || new Date(now()).toISOString(),
    device_at: said.device_at || new Date().toISOString(),
    offset_ms: said.offset_ms || String(offset() ?? ""),
    ...(before ? Object.fromEntries(before.fields.filter(([each]) => ENVELOPE.includes(each))) : {}),
    device,
    sequence: String(sequence),
    person,
  };
  const fields = [...pairs.filter(([each]) => !ENVELOPE.includes(each)), ...Object.entries(envelope)];
  const pressedMs = Date.parse(envelope.pressed_at);
  return {
    kind: form.dataset.chart,
    action: new URL(form.getAttribute("action"), location.href).pathname,
    fields,
    words: wordsOf(form),
    atMs: momentOf(said, pressedMs, zone),
    values: valuesOf(said),
    signs: pairs.filter(([each]) => each === "signs").map(([, value]) => value),
    name,
  };
}

// A note that says what was left out and why, so that nothing goes without a trace.
export function leftOut(entry, reason, noteUrl, { device, sequence, person, name }) {
  const text = `Left out on the tablet: ${entry.words}. It was not taken because: ${entry.refusal.join(" ")} Reason to leave it out: ${reason}`;
  const made = new Date(now()).toISOString();
  return {
    kind: "note",
    action: noteUrl,
    fields: Object.entries({
      key_field: crypto.randomUUID(),
      text: text.slice(0, 2000),
      when: "0",
      pressed_at: made,
      device_at: new Date().toISOString(),
      offset_ms: String(offset() ?? ""),
      device,
      sequence: String(sequence),
      person,
    }),
    words: `Note: left out ${entry.words}`,
    atMs: Date.parse(made),
    values: {},
    signs: [],
    name,
  };
}

// Puts what was typed back into the fields of a fresh form.
export function refill(form, entry) {
  for (const field of form.elements) {
    const values = entry.fields.filter(([name]) => name === field.name).map(([, value]) => value);
    if (!field.name || field.type === "hidden") continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else if (values.length) field.value = values[0];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
