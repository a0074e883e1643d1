// The limits of the ladder for one set of values, without the server: single readings only. What a
// limit confirms by a second reading is left to the server; here it is said at once, as "repeat".

const HOLDS = {
  at_least: (value, figure) => value >= figure,
  more_than: (value, figure) => value > figure,
  at_most: (value, figure) => value <= figure,
  less_than: (value, figure) => value < figure,
};

export function isMet(test, values, baseline) {
  const value = values[test.of];
  if (value === undefined || value === null) return false;
  const [name] = Object.keys(test).filter((each) => each !== "of");
  const figure = Number(test[name]);
  if (HOLDS[name]) return HOLDS[name](value, figure);
  if (!baseline) return false;
  const base = Number(baseline.sbp_mmhg);
  return name === "rise_percent"
    ? value * 100 >= base * (100 + figure)
    : value * 100 <= base * (100 - figure);
}

// The highest rung that each condition meets: [{ code, words, rung, text, do, confirm }].
export function met(values, phase, limits, baseline) {
  const found = [];
  for (const condition of limits) {
    if (!condition.phases.includes(phase)) continue;
    const against = phase === "pre" ? undefined : baseline;
    const rung = condition.rungs.findLast((each) =>
      each.tests.some((test) => isMet(test, values, against)),
    );
    if (rung) found.push({ code: condition.code, words: condition.words, ...rung });
  }
  return found;
}
