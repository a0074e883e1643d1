// Both checklists while the server is away: what is asked before the start, and the way home.

import { timeline, withLocal } from "./course.js";
import { judged } from "./home.js";
import { make, write } from "./list.js";
import { now, typed } from "./time.js";

const DAY = 24 * 3600 * 1000;
const MEASURED = new Set(["time", "pressure", "awake", "safety"]);
const TONES = { met: ["done", "Met"], not_met: ["act", "Not met"], unknown: ["wait", "Not known"], kept: ["note", "Kept here"] };
const START = "Starting needs the server: it judges the gate by today’s facts, and a second person checks the drug. Answer what you can; it is kept. To start before the server is back, use the printed pack.";
const HOME = "Discharge fills in the rest of this list. It is judged on this tablet now and by the server when it is back.";
const at = (id) => document.getElementById(id);

const waiting = (entries) => entries.filter((entry) => entry.state === "waiting" && entry.values);
const asMs = (each) => ({ ...each, ms: Date.parse(each.at) });

// Whether the way home was entered here already.
export const hasLeft = (entries) =>
  waiting(entries).some((entry) => entry.kind === "discharge" || entry.kind === "leave");

// What was charted here counts with what the server knew.
function known(facts, entries) {
  const local = waiting(entries);
  const pump = withLocal(
    facts.pump,
    local.map((entry) => ({ kind: entry.kind, ms: entry.atMs, rate_ml_per_h: entry.values.rate_ml_per_h })),
  );
  const sets = local.filter((entry) => entry.kind === "vitals").map((entry) => ({ ...entry.values, ms: entry.atMs }));
  return { stopMs: timeline(facts, pump).stopMs, readings: [...facts.home.readings.map(asMs), ...sets] };
}

const isYes = (text) => (text === undefined || text === "" ? undefined : text === "yes");
const number = (text) => (text === undefined || text === "" ? undefined : Number(text));

function callMs(day, clock, zone) {
  if (!day || !clock) return undefined;
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(now());
  return typed(clock, now(), zone) + Math.round((Date.parse(day) - Date.parse(today)) / DAY) * DAY;
}

// What the discharge form says, in the words of the rules.
export function saidIn(form, zone) {
  const data = Object.fromEntries(new FormData(form));
  const answers = Object.entries(data).map(([name, value]) => [name, isYes(value)]);
  const scores = Object.entries(data).filter(([name]) => name.startsWith("aldrete_"));
  return {
    ...Object.fromEntries(answers),
    aldrete: Object.fromEntries(scores.map(([name, value]) => [name.slice("aldrete_".length), number(value)])),
    nausea: number(data.nausea),
    escort_name: data.escort_name?.trim() ?? "",
    contactMs: callMs(data.contact_date, data.contact_clock, zone),
    override: data.override_reason?.trim() ?? "",
  };
}

// Whether the tablet may not keep a discharge yet: says which conditions are open, in the form.
export function isHeldBack(form, facts, entries) {
  if (form.dataset.chart !== "discharge" || !facts?.home) return false;
  const { stopMs, readings } = known(facts, entries);
  const said = saidIn(form, facts.zone);
  const open = judged(facts.home, { stopMs: stopMs ?? now(), readings, said, nowMs: now() })
    .filter((item) => item.verdict !== "met" && !(said.override && item.may_override));
  const box = form.querySelector("[data-home-open]");
  const names = open.map((item) => (item.words ? `${item.name} (${item.words})` : item.name));
  const words = open.length ? `Not kept, ${open.length} still open: ${names.join("; ")}.` : "";
  if (box) {
    write(box, words);
    box.hidden = !words;
    if (words) box.scrollIntoView({ block: "nearest" });
  }
  return open.length > 0;
}

function startRows(facts, entries) {
  const local = waiting(entries);
  const answered = new Set(local.filter((each) => each.kind === "answer").map((each) => each.action.split("/").at(-2)));
  if (local.some((each) => each.kind === "vitals")) answered.add("vitals");
  return facts.start_list.map((item) => {
    if (!item.is_open) return { ...item, verdict: "met", words: "" };
    return answered.has(item.code)
      ? { ...item, verdict: "kept", words: "answered here, not sent yet" }
      : { ...item, verdict: "unknown", words: item.ask ? "" : "needs the server" };
  });
}

function row(item) {
  const [tone, word] = TONES[item.verdict];
  const line = make("li", "gate__row");
  const what = make("div", "gate__what");
  what.append(make("p", "", item.words ? `${item.name}: ${item.words}` : item.name));
  line.append(make("span", `badge badge--${tone}`, word), what);
  if (item.ask && item.verdict === "unknown" && at(`sheet-${item.code}`)) {
    const button = make("button", "button", item.ask);
    button.type = "button";
    button.dataset.sheet = item.code;
    line.append(button);
  }
  return line;
}

// The list of the phase: before the start, after the stop; nothing while the pump runs.
function rowsOf(facts, entries) {
  if (facts.start_list?.length) return ["Before the start", START, startRows(facts, entries)];
  const { stopMs, readings } = facts.home ? known(facts, entries) : {};
  if (stopMs === undefined || hasLeft(entries)) return ["", "", []];
  const items = judged(facts.home, { stopMs, readings, said: {}, nowMs: now() });
  return ["Before going home", HOME, items.filter((item) => MEASURED.has(item.code) && (item.code !== "safety" || facts.home.tasks))];
}

export function showLists(facts, entries) {
  const [title, words, rows] = rowsOf(facts, entries);
  const box = at("offline-list");
  box.hidden = !rows.length;
  const shape = JSON.stringify([title, rows]);
  if (box.dataset.shape === shape) return;
  box.dataset.shape = shape;
  write(at("offline-list-title"), title);
  write(at("offline-list-words"), words);
  at("offline-list-rows").replaceChildren(...rows.map(row));
}
