// What a typed value means, in words, before it is saved. The server decides; this only warns early.

import { facts } from "./clock.js";

const WORDS = { notify: "a flag to look", hold: "a flag to pause", stop: "a flag to stop" };
const MAY_BE_LOST = new Set(["sbp_mmhg", "dbp_mmhg", "hr_bpm", "spo2_percent", "rr_per_min"]);

function phase() {
  if (!facts?.timeline.started_at) return "pre";
  return facts.timeline.stopped_at ? "post" : "during";
}

function meets(test, value) {
  if ("at_least" in test) return value >= test.at_least;
  if ("more_than" in test) return value > test.more_than;
  if ("at_most" in test) return value <= test.at_most;
  if ("less_than" in test) return value < test.less_than;
  const base = facts?.baseline?.[test.of];
  if (!base || phase() === "pre") return false;
  if ("rise_percent" in test) return value >= base * (1 + test.rise_percent / 100);
  return value <= base * (1 - test.fall_percent / 100);
}

function limitMet(name, value) {
  let found = null;
  for (const condition of facts?.limits ?? []) {
    if (!condition.phases.includes(phase())) continue;
    for (const rung of condition.rungs) {
      if (rung.tests.some((test) => test.of === name && meets(test, value))) found = rung;
    }
  }
  return found;
}

function pressures(input) {
  const of = (name) => Number(input.form.elements.namedItem(name)?.value || NaN);
  return [of("sbp_mmhg"), of("dbp_mmhg")];
}

// Returns [tone, sentence]: "" calm, "look" a flag or a doubt, "act" what will be refused.
export function meaning(input) {
  const text = input.value.trim();
  const { words, low, high, likelyLow, likelyHigh } = input.dataset;
  const name = words ? words[0].toUpperCase() + words.slice(1) : "Value";
  if (!text) return ["", ""];
  const value = Number(text);
  if (Number.isNaN(value)) return ["act", `${name}: digits and a point only.`];
  if (value === 0 && MAY_BE_LOST.has(input.name)) return ["look", `${name} 0: no signal.`];
  if (low && (value < Number(low) || value > Number(high))) {
    return ["act", `${name} ${text} is outside ${low} to ${high}. Check the digits.`];
  }
  const [sbp, dbp] = pressures(input);
  if (input.name === "dbp_mmhg" && sbp > 0 && sbp <= dbp) {
    return ["act", `In ${sbp}/${dbp} the first number must be the higher one.`];
  }
  if (likelyLow && (value < Number(likelyLow) || value > Number(likelyHigh))) {
    return ["look", `${name} ${text} is unlikely: a digit may have slipped. You are asked once.`];
  }
  const rung = limitMet(input.name, value);
  if (rung) return ["look", `${name} ${text}: beyond the limit ${rung.text}, raises ${WORDS[rung.rung]}.`];
  return ["", low ? `${name} ${text}: within the limits.` : `${name} ${text}.`];
}
