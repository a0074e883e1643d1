// May the patient go home? The conditions of the server's rules (rules/discharge.py), judged on the
// tablet while the server is away; tests hold both together. The server judges again on arrival.

const MINUTE = 60000;
const TOLD = {
  usual: "back_to_usual",
  fluids: "fluids_tolerated",
  gait: "gait_steady",
  oriented: "oriented",
  iv: "iv_out",
  instructions: "instructions_given",
  driving: "no_driving_acknowledged",
};

function time({ watch_min: needed, why }, { stopMs, nowMs }) {
  const passed = Math.floor((nowMs - stopMs) / MINUTE);
  const words = `${passed}\u202fmin of ${needed}\u202fmin${why ? ` (${why})` : ""}`;
  return [nowMs - stopMs >= needed * MINUTE ? "met" : "not_met", words];
}

function aldrete({ figures }, { said }) {
  const given = figures.aldrete.map((code) => said.aldrete?.[code]).filter((score) => score !== undefined);
  if (given.length < figures.aldrete.length) return ["unknown", ""];
  const total = given.reduce((sum, score) => sum + score, 0);
  const isEnough = total >= figures.aldrete_pass && !given.includes(0) && given.at(-1) === 2;
  return [isEnough ? "met" : "not_met", `${total} of 10`];
}

function isSettled([sbp, dbp], { baseline, figures }) {
  if (sbp >= figures.sbp_from && sbp < figures.sbp_below && dbp < figures.dbp_below) return true;
  if (!baseline?.sbp_mmhg || !baseline?.dbp_mmhg) return false;
  return [[sbp, baseline.sbp_mmhg], [dbp, baseline.dbp_mmhg]].every(
    ([value, base]) => Math.abs(value - base) * 100 <= base * figures.band_percent,
  );
}

function pressure(home, { after }) {
  const pairs = after.filter((one) => one.sbp_mmhg != null && one.dbp_mmhg != null).slice(-2);
  if (pairs.length < 2) return ["unknown", "two sets after the stop"];
  const both = pairs.map((one) => [one.sbp_mmhg, one.dbp_mmhg]);
  const isMet = both.every((pair) => isSettled(pair, home));
  return [isMet ? "met" : "not_met", both.map((pair) => pair.join("/")).join(" and ")];
}

function awake({ figures }, { after }) {
  const score = after.map((one) => one.moaas).filter((each) => each != null).at(-1);
  if (score === undefined) return ["unknown", "sedation score after the stop"];
  return [score === figures.awake ? "met" : "not_met", `sedation score ${score}`];
}

function told(answer) {
  if (answer === undefined) return ["unknown", ""];
  return [answer ? "met" : "not_met", ""];
}

function nausea({ figures }, { said }) {
  if (said.nausea === undefined) return ["unknown", ""];
  return [said.nausea <= figures.nausea_max ? "met" : "not_met", `${said.nausea} of 10`];
}

function safety({ tasks }, { said }) {
  return tasks ? ["not_met", "a same-day safety task is open"] : told(said.safety_reviewed);
}

function escort(home, { said }) {
  if (said.escort_present && said.escort_name) return ["met", ""];
  return [said.escort_present === undefined ? "unknown" : "not_met", ""];
}

function contact({ figures }, { said, nowMs }) {
  if (said.contactMs === undefined) return ["unknown", ""];
  const isInTime = said.contactMs > nowMs && said.contactMs <= nowMs + figures.contact_within_min * MINUTE;
  return [isInTime ? "met" : "not_met", ""];
}

const JUDGES = { time, aldrete, pressure, awake, nausea, safety, escort, contact };

// Every condition: [{ code, name, may_override, verdict, words }]. `readings` are sets with their
// moment in `ms`; `said` is what the form says, an answer that is missing is undefined.
export function judged(home, { stopMs, readings, said, nowMs }) {
  const after = readings.filter((one) => one.ms >= stopMs).sort((a, b) => a.ms - b.ms);
  const known = { stopMs, after, said, nowMs };
  return home.items.map((item) => {
    const judge = JUDGES[item.code];
    const [verdict, words] = judge ? judge(home, known) : told(said[TOLD[item.code]]);
    return { ...item, verdict, words };
  });
}
