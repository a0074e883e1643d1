// The course of a visit without the server: what has run in, and which sets are due. The same
// arithmetic as the server's rules (rules/delivered.py, rules/due.py); tests hold them together.

const MINUTE = 60000;
const LONGEST_VISIT = 12 * 60 * MINUTE;

// Adds what was charted here and is not sent yet to the pump's log, in the order of the times.
export function withLocal(pump, local) {
  const known = pump.map((event) => ({ ...event, ms: Date.parse(event.at) }));
  const added = local.filter((entry) => ["start", "rate", "pause", "resume", "stop"].includes(entry.kind));
  return [...known, ...added].sort((a, b) => a.ms - b.ms);
}

// What had run in by a moment: { mg, leftMg, rate, runningMs }.
export function given(pump, order, atMs) {
  let rate = 0;
  let since = 0;
  let rateMs = 0;
  let runningMs = 0;
  const until = (ms) => {
    if (rate > 0 && ms > since) {
      rateMs += rate * (ms - since);
      runningMs += ms - since;
    }
    since = ms;
  };
  for (const event of pump.filter((each) => each.ms <= atMs)) {
    until(event.ms);
    rate = Number(event.rate_ml_per_h ?? 0);
  }
  until(atMs);
  const mg = (rateMs / 3600000) * Number(order.bag_mg_per_ml);
  return { mg, leftMg: Math.max(0, Number(order.ordered_mg) - mg), rate, runningMs };
}

// The moments of the visit, with what the tablet knows on top.
export function timeline(facts, pump) {
  const last = (kind) => pump.findLast((event) => event.kind === kind)?.ms;
  const pauses = [];
  for (const event of pump) {
    if (event.kind === "pause") pauses.push({ from: event.ms, to: undefined });
    else if (pauses.length && pauses.at(-1).to === undefined) pauses.at(-1).to = event.ms;
  }
  return { startMs: last("start"), stopMs: last("stop"), pauses, postMin: facts.timeline.post_for_min };
}

function nextMinute(minute, plan) {
  const listed = plan.during_min.find((each) => each > minute);
  return listed ?? (Math.floor(minute / plan.during_every_min) + 1) * plan.during_every_min;
}

// When the infusion has run for so many minutes; undefined while a pause hides it.
function runFor(course, minute) {
  let due = course.startMs + minute * MINUTE;
  for (const pause of course.pauses) {
    if (pause.from >= due) break;
    if (pause.to === undefined) return undefined;
    due += pause.to - pause.from;
  }
  return due;
}

// Every due time up to `aheadMin` after now: [{ code, label, dueMs, toleranceMs }].
export function dueTimes(course, plan, nowMs, aheadMin = 30) {
  if (course.startMs === undefined) return [];
  const horizon = Math.min(nowMs + aheadMin * MINUTE, course.startMs + LONGEST_VISIT);
  const during = plan.late_after_min * MINUTE;
  const post = plan.late_after_post_min * MINUTE;
  const found = [];
  const stop = course.stopMs;
  const last = stop === undefined ? horizon : Math.min(horizon, stop - during);
  let minute = nextMinute(0, plan);
  for (let due = runFor(course, minute); due !== undefined && due <= last; ) {
    found.push({ code: `during-${minute}`, label: `${minute}\u202fmin`, dueMs: due, toleranceMs: during });
    minute = nextMinute(minute, plan);
    due = runFor(course, minute);
  }
  if (stop === undefined) return found;
  found.push({ code: "end", label: "At the end", dueMs: stop, toleranceMs: during });
  const least = (course.postMin ?? plan.post_for_min) * MINUTE;
  const every = plan.post_every_min * MINUTE;
  for (let due = stop + every; due <= Math.max(stop + least, horizon); due += every) {
    const after = Math.floor((due - stop) / MINUTE);
    found.push({ code: `post-${after}`, label: `${after}\u202fmin after`, dueMs: due, toleranceMs: post });
  }
  return found;
}

// What is still owed: each due time not done on the server and not charted here, with its state.
export function owed(times, doneCodes, setsMs, nowMs) {
  const taken = new Set(doneCodes);
  const opens = (each) => each.dueMs - each.toleranceMs;
  const isOpen = (each, place, ms) =>
    ms <= each.dueMs + each.toleranceMs || !times[place + 1] || ms < opens(times[place + 1]);
  for (const ms of setsMs) {
    const place = times.findIndex((each, index) => isOpen(each, index, ms));
    if (place >= 0 && ms >= opens(times[place])) taken.add(times[place].code);
  }
  return times
    .map((each, place) => {
      if (taken.has(each.code)) return { ...each, state: "done" };
      if (!isOpen(each, place, nowMs)) return { ...each, state: "missed" };
      if (nowMs > each.dueMs + each.toleranceMs) return { ...each, state: "late" };
      return { ...each, state: nowMs >= opens(each) ? "due" : "upcoming" };
    })
    .filter((each) => each.state !== "done");
}
