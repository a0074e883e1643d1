// Signing in over the same screen: the sign-in page's own form and the second factor's, sent from a
// dialog, so that nothing on the screen is lost. The password is sent once and kept nowhere.

import { post } from "./network.js";

const XHR = { "X-Requested-With": "XMLHttpRequest" };
const at = (id) => document.getElementById(id);

let codeUrl = "";

function step(name) {
  for (const part of document.querySelectorAll("#offline-sign-in [data-step]")) {
    part.hidden = part.dataset.step !== name;
  }
  at(name === "code" ? "offline-code" : "offline-login").focus();
}

function say(words) {
  const error = at("offline-sign-in-error");
  error.hidden = !words;
  error.textContent = words;
}

export function open(why) {
  const dialog = at("offline-sign-in");
  if (dialog.open) return;
  codeUrl = "";
  say("");
  if (why) at("offline-sign-in-why").textContent = why;
  dialog.showModal();
  step("password");
}

function wordsIn(answer) {
  const fields = Object.values(answer.form?.fields ?? {}).flatMap((field) => field.errors ?? []);
  const all = [...(answer.form?.errors ?? []), ...fields];
  return all.join(" ") || "Check the e-mail address and the password.";
}

// Says where the server leads: "in", "code", or words of what went wrong.
async function password(form) {
  const typed = { login: form.login.value, password: form.password.value };
  const answer = await post(form.action, typed, { headers: XHR, tokenFrom: form.action });
  if (!answer) return "Wait for the connection: the server did not answer.";
  if (answer.status === 429) return "Wait some minutes: there were too many attempts.";
  const said = await answer.json().catch(() => undefined);
  if (!said) return "Wait some minutes, or ask your administrator: this account is locked for now.";
  if (!answer.ok) return wordsIn(said);
  if (!said.location?.includes("/second-factor/authenticate/")) return "in";
  codeUrl = said.location;
  return "code";
}

async function code(form) {
  const answer = await post(codeUrl, { code: form.code.value }, { tokenFrom: codeUrl });
  if (!answer) return "Wait for the connection: the server did not answer.";
  return answer.type === "opaqueredirect" ? "in" : "Enter the code again: this one was not right.";
}

export function begin(onSignedIn) {
  const dialog = at("offline-sign-in");
  const form = dialog.querySelector("form");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector('button[type="submit"]');
    button.disabled = true;
    const led = codeUrl ? await code(form) : await password(form);
    button.disabled = false;
    say(led === "in" || led === "code" ? "" : led);
    if (led === "code") step("code");
    if (led !== "in") return;
    form.reset();
    dialog.close();
    onSignedIn();
  });
  at("offline-sign-in-later").addEventListener("click", () => dialog.close());
  at("offline-sign-in-open").addEventListener("click", () => open());
}
