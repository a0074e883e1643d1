// The crash card keeps up with the pump and the newest values, also while the server is away.

import { given, withLocal } from "../offline/course.js";
import { facts, now } from "./clock.js";

const VALUES = { BP: "sbp_mmhg", HR: "hr_bpm", "SpO₂": "spo2_percent", RR: "rr_per_min" };
const SIGNS = { hourCycle: "h23", hour: "2-digit", minute: "2-digit" };
const time = (at) => new Intl.DateTimeFormat("en-GB", { ...SIGNS, timeZone: facts.zone }).format(new Date(at));
const mg = (value) => `${Number(value.toFixed(1))}\u202fmg`;

function givenWords() {
  const start = facts.pump.find((event) => event.kind === "start");
  if (!start) return "Nothing given yet";
  const total = given(withLocal(facts.pump, []), facts.order, now());
  const said = `${mg(total.mg)} of ${mg(Number(facts.order.ordered_mg))} since ${time(start.at)}`;
  const stop = facts.pump.find((event) => event.kind === "stop");
  if (stop) return `${said}, stopped ${time(stop.at)}`;
  return total.rate ? `${said}, running at ${total.rate}\u202fmL/h` : `${said}, paused`;
}

function vitalWords() {
  const known = Object.entries(VALUES).filter(([, name]) => facts.last[name]);
  if (!known.length) return "None charted";
  const newest = Math.max(...known.map(([, name]) => Date.parse(facts.last[name].at)));
  const words = known.map(([label, name]) => {
    const { value, at } = facts.last[name];
    const text = label === "BP" ? `${value}/${facts.last.dbp_mmhg?.value ?? "?"}` : value;
    return `${label} ${text}${Date.parse(at) < newest ? ` (${time(at)})` : ""}`;
  });
  return `${words.join(", ")}, ${time(newest)}`;
}

document.addEventListener("serein:opened", (event) => {
  if (event.detail.kind !== "emergency" || !facts) return;
  document.querySelector("#entry [data-card=given]").textContent = givenWords();
  document.querySelector("#entry [data-card=vitals]").textContent = vitalWords();
});
