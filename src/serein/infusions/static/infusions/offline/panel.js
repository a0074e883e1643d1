// Shows what the tablet keeps: the counter, each entry that is not sent yet, what the server refused,
// and, while the server is away, the course of the visit as the tablet works it out.

import { given, dueTimes, owed, timeline, withLocal } from "./course.js";
import { met } from "./limits.js";
import { make, showEntries, write } from "./list.js";
import { hasLeft, showLists } from "./lists.js";
import { clock, now, span } from "./time.js";

const RANK = { notify: "Look", hold: "Act now", stop: "Act now" };
const NEXT = { rate: "Rate", pause: "Pause", resume: "Resume", discharge: "Discharge", leave: "Leaves against advice" };
const BY_THE_PUMP = new Set(["rate", "pause", "resume", "stop", "discharge", "leave"]);
const STATES = { due: "due now", late: "overdue", missed: "missed" };
const at = (id) => document.getElementById(id);

export function counted({ waiting, refused }) {
  const parts = [`${waiting} unsent`];
  if (refused) parts.push(`${refused} not taken`);
  return parts.join(", ");
}

function tiles(pairs) {
  const box = at("offline-course");
  const shape = pairs.map(([name]) => name).join("|");
  if (box.dataset.shape !== shape) {
    box.dataset.shape = shape;
    box.replaceChildren(
      ...pairs.map(([name]) => {
        const tile = make("div");
        tile.append(make("dt", "", name), make("dd", "num"));
        return tile;
      }),
    );
  }
  pairs.forEach(([, value], place) => write(box.children[place].lastChild, value));
}

function phaseAt(course, ms) {
  if (course.startMs === undefined || ms < course.startMs) return "pre";
  return course.stopMs === undefined || ms <= course.stopMs ? "during" : "post";
}

// What the tablet can say of the course: tiles, the sets that are owed, the limits that are met.
export function courseOf(facts, entries, nowMs) {
  const pump = withLocal(
    facts.pump,
    entries
      .filter((entry) => entry.state === "waiting" && entry.values)
      .map((entry) => ({ kind: entry.kind, ms: entry.atMs, rate_ml_per_h: entry.values.rate_ml_per_h })),
  );
  const course = timeline(facts, pump);
  const total = given(pump, facts.order, nowMs);
  const sets = entries.filter((entry) => entry.kind === "vitals" && entry.values);
  const done = facts.due.filter((each) => each.state.startsWith("done")).map((each) => each.code);
  const due = owed(dueTimes(course, facts.schedule, nowMs), done, sets.map((each) => each.atMs), nowMs);
  const flags = sets.flatMap((entry) =>
    met(entry.values, phaseAt(course, entry.atMs), facts.limits, facts.baseline).map((limit) => ({
      ...limit,
      atMs: entry.atMs,
    })),
  );
  return { course, total, due, flags };
}

// The newest pressure, whether the server has it already or only this tablet.
function lastPressure(facts, entries) {
  const here = entries
    .filter((entry) => entry.kind === "vitals" && entry.values?.sbp_mmhg)
    .map((entry) => ({ sbp: entry.values.sbp_mmhg, dbp: entry.values.dbp_mmhg, ms: entry.atMs }));
  const { sbp_mmhg: sbp, dbp_mmhg: dbp } = facts.last ?? {};
  const there = sbp ? [{ sbp: sbp.value, dbp: dbp?.value ?? "?", ms: Date.parse(sbp.at) }] : [];
  return [...there, ...here].sort((a, b) => a.ms - b.ms).at(-1);
}

function showCourse(facts, entries) {
  const nowMs = now();
  const { course, total, due, flags } = courseOf(facts, entries, nowMs);
  const next = due.find((each) => each.state !== "missed");
  const pairs = [];
  if (course.startMs !== undefined) {
    pairs.push(["Since start", span(nowMs - course.startMs)]);
    pairs.push(["Given by the log", `${total.mg.toFixed(1)}\u202fmg`]);
    pairs.push(["Left", `${total.leftMg.toFixed(1)}\u202fmg`]);
    pairs.push(["Rate", total.rate ? `${total.rate}\u202fmL/h` : course.stopMs ? "Stopped" : "Paused"]);
  }
  if (next) {
    const when = STATES[next.state] ?? `in ${span(next.dueMs - nowMs)}`;
    pairs.push(["Next set", `${next.label}, ${clock(next.dueMs, facts.zone)}, ${when}`]);
  }
  const missed = due.filter((each) => each.state === "missed");
  if (missed.length) pairs.push(["Missed", missed.map((each) => each.label).join(", ")]);
  const bp = lastPressure(facts, entries);
  if (bp) pairs.push(["Last BP", `${bp.sbp}/${bp.dbp}, ${span(nowMs - bp.ms)} ago`]);
  tiles(pairs);
  showLists(facts, entries);
  showFlags(flags, facts);
  showNext(course, total, hasLeft(entries));
}

// The bar offers what the pump's state on this tablet allows; what it lacks stands in the panel.
function showNext(course, total, isGone) {
  const isRunning = course.startMs !== undefined && course.stopMs === undefined;
  const running = total.rate ? ["rate", "pause"] : ["resume"];
  const home = course.stopMs === undefined || isGone ? [] : ["discharge", "leave"];
  const kinds = isRunning ? running : home;
  fitBar((kind) => (kind === "stop" ? isRunning : kinds.includes(kind)));
  const isThere = (kind) => document.querySelector(`.chair-bar :is([data-sheet=${kind}], [data-sheet-away=${kind}])`);
  const lacking = kinds.filter((kind) => at(`sheet-${kind}`) && !isThere(kind));
  const box = at("offline-next");
  if (box.dataset.shape === lacking.join()) return;
  box.dataset.shape = lacking.join();
  box.replaceChildren(
    ...lacking.map((kind) => {
      const button = make("button", "button button--large", NEXT[kind]);
      button.type = "button";
      button.dataset.sheet = kind;
      return button;
    }),
  );
}

function fitBar(may) {
  for (const link of document.querySelectorAll(".chair-bar a")) {
    const kind = link.dataset.hold ? "stop" : (link.dataset.sheet ?? link.dataset.sheetAway);
    link.hidden = BY_THE_PUMP.has(kind) && !may(kind);
  }
}

function showFlags(flags, facts) {
  const list = at("offline-flags");
  const texts = flags.map((flag) => {
    const wait = flag.confirm && flag.confirm !== "none" ? " Repeat to confirm." : "";
    return `${RANK[flag.rung]}. ${flag.words}, limit ${flag.text}, ${clock(flag.atMs, facts.zone)}. ${flag.do}${wait}`;
  });
  if (list.dataset.shape === texts.join("|")) return;
  list.dataset.shape = texts.join("|");
  list.replaceChildren(
    ...texts.map((text, place) => {
      const rank = flags[place].rung === "notify" ? "look" : "act";
      const item = make("li", `finding finding--${rank}`);
      const said = make("p", "", text);
      said.setAttribute("role", rank === "act" ? "alert" : "status");
      item.append(said);
      return item;
    }),
  );
}

export function show({ entries, facts, lineText, isAway, needsSignIn }) {
  const box = at("offline");
  const refused = entries.filter((each) => each.state === "refused").length;
  const unsent = at("unsent");
  write(unsent, counted({ waiting: entries.length - refused, refused }));
  if (unsent) unsent.dataset.count = String(entries.length);
  box.hidden = !entries.length && !isAway && !needsSignIn;
  write(at("offline-line"), lineText);
  at("offline-sign-in-open").hidden = !needsSignIn;
  showEntries(entries, facts);
  at("offline-course").hidden = at("offline-next").hidden = !isAway || !facts;
  if (!isAway || !facts) at("offline-list").hidden = true;
  if (!isAway) fitBar(() => true);
  if (facts) isAway ? showCourse(facts, entries) : showFlags([], facts);
}
