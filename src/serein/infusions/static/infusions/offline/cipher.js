// Seals what the tablet keeps: AES-GCM with a key that scripts can use but not read out.
//
// The key comes from the server, derived for this tablet's number and asked for while somebody who
// may chart is signed in; it stays here so that a restart without the network can open what is kept.
// It is thrown away at sign-out and after a day without the server. What is then still unsent stays
// here closed, until somebody signs in and the server gives the same key again.

import "./store.js";

const store = self.chairStore;
const DAY_MS = 24 * 3600 * 1000;
const bytes = new TextEncoder();
const text = new TextDecoder();

let key;

async function single(name) {
  return (await store.get("single", name))?.value;
}

export async function device() {
  const known = await single("device");
  if (known) return known;
  const made = crypto.randomUUID();
  await store.put("single", { name: "device", value: made });
  return made;
}

// Whether the server has been heard of within a day; after that the key is thrown away.
export async function checkAge(nowMs) {
  const seenMs = await single("seen");
  if (seenMs !== undefined && nowMs - seenMs > DAY_MS) {
    key = undefined;
    await store.remove("single", "key");
  }
}

export const heard = (nowMs) => store.put("single", { name: "seen", value: nowMs });

export async function hasKey() {
  key ??= await single("key");
  return key !== undefined;
}

// Takes the key from the server's answer (base64).
export async function takeKey(given) {
  const raw = Uint8Array.from(atob(given), (sign) => sign.charCodeAt(0));
  key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  raw.fill(0);
  await store.put("single", { name: "key", value: key });
}

export async function seal(thing) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = await crypto.subtle.encrypt(
    { name: "AES-GCM", iv },
    key,
    bytes.encode(JSON.stringify(thing)),
  );
  return { iv, sealed };
}

export async function unseal({ iv, sealed }) {
  const opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, sealed);
  return JSON.parse(text.decode(opened));
}
