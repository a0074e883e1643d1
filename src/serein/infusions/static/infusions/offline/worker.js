// The service worker of the session page. It changes nothing while the server answers. When it does
// not, a session page is answered with the offline shell, and style sheets, scripts and fonts with
// the copy kept here. It keeps no page, no answer and no patient's data.

importScripts(self.OFFLINE.store);

const CACHE = "serein-chair-1";
const SESSION = /^\/patients\/[0-9a-f-]{36}\/sessions\/[0-9a-f-]{36}\//;
const PAGE_WITHIN_MS = 8000;
const PART_WITHIN_MS = 4000;
const { shell, signOut } = self.OFFLINE;

function inTime(request, limitMs) {
  const tooLate = new Promise((_, failed) => {
    setTimeout(() => failed(new Error("no answer in time")), limitMs);
  });
  return Promise.race([fetch(request), tooLate]);
}

// The shell, and every style sheet, script and font that it names.
async function keepShell() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(shell, { cache: "no-store" });
  if (!answer.ok) throw new Error(`shell ${answer.status}`);
  const html = await answer.clone().text();
  const parts = [...html.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map((found) => found[1]);
  const modules = html.match(/data-modules="([^"]*)"/)?.[1].split(" ").filter(Boolean) ?? [];
  await keepParts([...parts, ...modules]);
  await cache.put(shell, answer);
}

async function keepParts(addresses) {
  const cache = await caches.open(CACHE);
  await Promise.all(
    [...new Set(addresses)].map(async (address) => {
      const url = new URL(address, location.origin);
      if (url.origin !== location.origin || !url.pathname.startsWith("/static/")) return;
      if (await cache.match(url.href)) return;
      const answer = await fetch(url.href);
      if (!answer.ok) throw new Error(`${url.pathname} ${answer.status}`);
      await cache.put(url.href, answer);
    }),
  );
}

// After each load of the page: what it used, and the newest shell. The page hears when all is here.
async function keepAll(addresses, asked) {
  try {
    await keepParts(addresses);
    await keepShell();
    asked.postMessage({ kept: true });
  } catch {
    // The server went away meanwhile: what is kept stays as it was.
  }
}

async function page(request) {
  try {
    const answer = await inTime(request, PAGE_WITHIN_MS);
    if (![502, 503, 504].includes(answer.status)) return answer;
  } catch {
    // No answer: the shell is shown.
  }
  const kept = await caches.match(shell);
  return kept ?? Response.error();
}

async function part(request) {
  try {
    const answer = await inTime(request, PART_WITHIN_MS);
    if (answer.ok) {
      const cache = await caches.open(CACHE);
      if (await cache.match(request)) await cache.put(request, answer.clone());
      return answer;
    }
    return (await caches.match(request)) ?? answer;
  } catch {
    return (await caches.match(request)) ?? Response.error();
  }
}

addEventListener("install", (event) => {
  event.waitUntil(keepShell().then(() => self.skipWaiting()));
});

addEventListener("activate", (event) => {
  const clean = caches
    .keys()
    .then((names) => names.filter((name) => name.startsWith("serein-chair-") && name !== CACHE))
    .then((old) => Promise.all(old.map((name) => caches.delete(name))));
  event.waitUntil(clean.then(() => self.clients.claim()));
});

addEventListener("message", (event) => {
  if (event.data?.keep) event.waitUntil(keepAll(event.data.keep, event.source));
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "POST" && url.pathname === signOut) {
    event.waitUntil(self.chairStore.forget());
  } else if (request.method === "GET" && request.mode === "navigate") {
    if (SESSION.test(url.pathname)) event.respondWith(page(request));
  } else if (request.method === "GET" && url.pathname.startsWith("/static/")) {
    event.respondWith(part(request));
  }
});
