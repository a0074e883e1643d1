// One sentence that says how this tablet stands with the server, and what to do.

import { clock } from "./time.js";

function names(entries) {
  const said = new Set(entries.map((entry) => entry.name).filter(Boolean));
  return [...said].join(", ") || "the person who made them";
}

export function lineText({ entries, line, awaySinceMs, signedIn, isClosed, zone }) {
  if (isClosed) return "What is kept here is closed. Sign in to open and send it.";
  if (line === "away") {
    const since = clock(awaySinceMs, zone);
    return `No connection since ${since}. What you enter is kept on this tablet and sent later.`;
  }
  if (line === "signed_out") return "Your sign-in ran out. What is kept here is sent after you sign in.";
  const others = entries.filter((entry) => entry.state === "waiting" && entry.person !== signedIn);
  if (others.length) return `${others.length} unsent: kept until ${names(others)} signs in.`;
  if (entries.some((entry) => entry.state === "refused")) {
    return "Some entries were not taken. Mend each, or leave it out with a reason.";
  }
  return entries.length ? "Sending." : "";
}
