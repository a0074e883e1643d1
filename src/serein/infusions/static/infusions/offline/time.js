// The clinic's clock as this tablet knows it, also without the network.
//
// The offset (server minus tablet) is measured whenever the server answers and kept, so that it holds
// after a restart. When the tablet's clock is set back meanwhile, the offset follows.

import "./store.js";

const store = self.chairStore;

let offsetMs;
let drift = Date.now() - performance.now();

export async function wake() {
  const known = (await store.get("single", "clock"))?.value;
  if (known !== undefined) offsetMs ??= known;
}

export async function measured(foundMs) {
  offsetMs = Math.round(foundMs);
  drift = Date.now() - performance.now();
  await store.put("single", { name: "clock", value: offsetMs });
}

export const offset = () => offsetMs;

export function now() {
  const moved = Date.now() - performance.now() - drift;
  if (moved < -2000 && offsetMs !== undefined) {
    offsetMs -= Math.round(moved);
    drift += moved;
  }
  return Date.now() + (offsetMs ?? 0);
}

const SIGNS = { hourCycle: "h23", hour: "2-digit", minute: "2-digit" };

export function clock(ms, zone) {
  return new Intl.DateTimeFormat("en-GB", { ...SIGNS, timeZone: zone }).format(ms);
}

// The moment of a typed wall-clock time ("14:05") on the clinic's day of `nearMs`.
export function typed(text, nearMs, zone) {
  const [hours, minutes] = text.split(":").map(Number);
  const [h, m] = clock(nearMs, zone).split(":").map(Number);
  const floor = Math.floor(nearMs / 60000) * 60000;
  return floor + ((hours - h) * 60 + minutes - m) * 60000;
}

export function span(ms) {
  const minutes = Math.floor(Math.abs(ms) / 60000);
  if (minutes < 1) return "under 1\u202fmin";
  if (minutes < 60) return `${minutes}\u202fmin`;
  return `${Math.floor(minutes / 60)}\u202fh ${minutes % 60}\u202fmin`;
}
