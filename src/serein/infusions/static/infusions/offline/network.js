// Talks with the server in the few ways this module needs. Nothing here throws: an answer is one of
// { kind: "done" | "refused" | "signed_out" | "another" | "broken" | "away", words, … }.

const WITHIN_MS = 12000;

export function token() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? "";
}

async function ask(address, options = {}) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), WITHIN_MS);
  try {
    return await fetch(address, {
      redirect: "manual",
      credentials: "same-origin",
      cache: "no-store",
      signal: stop.signal,
      ...options,
    });
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

// Sends a form. Where its token is missing or has run out, a page is opened to get one, once.
export async function post(address, fields, { headers = {}, tokenFrom }) {
  if (!token()) await ask(tokenFrom);
  const answer = await sent(address, fields, headers);
  if (answer?.status !== 403) return answer;
  await ask(tokenFrom);
  return sent(address, fields, headers);
}

function sent(address, fields, headers) {
  return ask(address, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": token(), "X-Offline-Queue": "1", ...headers },
  });
}

async function told(answer) {
  try {
    return await answer.json();
  } catch {
    return {};
  }
}

async function judged(answer) {
  if (answer?.status === 500) return { kind: "broken", words: [] };
  if (!answer || answer.status === 429 || answer.status > 500) return { kind: "away", words: [] };
  if (answer.type === "opaqueredirect" || answer.status === 401) {
    return { kind: "signed_out", words: [] };
  }
  const said = await told(answer);
  const words = said.words ?? [];
  if (answer.ok) return { kind: "done", ...said, words };
  if (answer.status === 409) return { kind: "another", words };
  if (words.length) return { kind: "refused", words };
  const why = {
    403: "Ask a nurse or a prescriber: your account may not chart this.",
    404: "Ask for help: this visit is not at your site any more.",
  };
  const plain = `Enter this by hand: the server did not take it (${answer.status}).`;
  return { kind: "refused", status: answer.status, words: [why[answer.status] ?? plain] };
}

export async function send(address, fields, contactUrl) {
  return judged(await post(address, fields, { tokenFrom: contactUrl }));
}

// Asks whether the server is there, and measures its clock: { …, offsetMs, roundMs }.
export async function contact(contactUrl) {
  const from = Date.now();
  const found = await judged(await ask(contactUrl));
  const to = Date.now();
  if (found.kind !== "done") return found;
  return { ...found, offsetMs: Date.parse(found.now) - (from + to) / 2, roundMs: to - from };
}

export async function keyFor(address, device, contactUrl) {
  return judged(await post(address, { device }, { tokenFrom: contactUrl }));
}
