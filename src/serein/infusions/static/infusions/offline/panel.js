// Shows what the tablet keeps: the counter, each entry that is not sent yet, what the server refused,
// and, while the server is away, the course of the visit as the tablet works it out.

import { given, dueTimes, owed, timeline, withLocal } from "./course.js";
import { met } from "./limits.js";
import { make, showEntries, write } from "./list.js";
import { clock, now, span } from "./time.js";

const RANK = { notify: "Look", hold: "Act now", stop: "Act now" };
const NEXT = { rate: "Rate", pause: "Pause", resume: "Resume" };
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

function showCourse(facts, entries) {
  const nowMs = now();
  const { course, total, due, flags } = courseOf(facts, entries, nowMs);
  const next = due.find((each) => each.state !== "missed");
  const pairs = [];
  if (course.startMs !== undefined) {
    pairs.push(["Since start", span(nowMs - course.startMs)]);
    pairs.push(["Given by the log", `${total.mg.toFixed(1)}\u2009mg`]);
    pairs.push(["Left", `${total.leftMg.toFixed(1)}\u2009mg`]);
    pairs.push(["Rate", total.rate ? `${total.rate}\u2009mL/h` : course.stopMs ? "Stopped" : "Paused"]);
  }
  if (next) {
    const when = STATES[next.state] ?? `in ${span(next.dueMs - nowMs)}`;
    pairs.push(["Next set", `${next.label}, ${clock(next.dueMs, facts.zone)}, ${when}`]);
  }
  const missed = due.filter((each) => each.state === "missed");
  if (missed.length) pairs.push(["Missed", missed.map((each) => each.label).join(", ")]);
  for (const [name, last] of Object.entries(facts.last ?? {}).slice(0, 5)) {
    if (last?.value && name === "sbp_mmhg") {
      const age = span(nowMs - Date.parse(last.at));
      pairs.push(["Last BP", `${last.value}/${facts.last.dbp_mmhg?.value ?? "?"}, ${age} ago`]);
    }
  }
  tiles(pairs);
  showFlags(flags, facts);
  showNext(course, total);
}

// What the pump's state on this tablet allows and the page's own buttons, older than it, lack.
function showNext(course, total) {
  const isRunning = course.startMs !== undefined && course.stopMs === undefined;
  const kinds = !isRunning ? [] : total.rate ? ["rate", "pause"] : ["resume"];
  const lacking = kinds.filter(
    (kind) => document.getElementById(`sheet-${kind}`) && !document.querySelector(`.chair-bar [data-sheet=${kind}]`),
  );
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
      const item = make("li", `finding finding--${rank}`, text);
      item.setAttribute("role", rank === "act" ? "alert" : "status");
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
  if (facts) isAway ? showCourse(facts, entries) : showFlags([], facts);
}
