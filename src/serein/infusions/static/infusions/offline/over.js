// The visit is over: this tablet forgets its picture. What is still unsent stays until it is sent.

import "./store.js";

const { session_id: session } = JSON.parse(document.getElementById("session-facts").textContent);
self.chairStore.remove("snapshots", session).catch(() => undefined);
