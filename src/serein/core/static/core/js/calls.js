// Asks every ten seconds whether a chair calls, and shows who is called; see workspace/rules/calls.py.
// A page that nobody sees does not ask. No answer leaves what is shown: the line says so on live pages.

const EVERY_MS = 10000;
const strip = document.getElementById("calls");

async function ask() {
  if (document.hidden) return;
  const address = new URL(strip.dataset.calls, location.href);
  if (document.body.dataset.liveAt) address.searchParams.set("at", document.body.dataset.liveAt);
  const answer = await fetch(address, { redirect: "manual" }).catch(() => undefined);
  if (!answer?.ok) return;
  const html = (await answer.text()).trim();
  if (strip.innerHTML.trim() === html) return;
  strip.innerHTML = html;
}

if (strip) {
  ask();
  setInterval(ask, EVERY_MS);
  document.addEventListener("visibilitychange", ask);
}
