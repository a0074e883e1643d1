// Text typed into a large field survives a lost connection or a closed dialog: it is kept in this
// browser tab, for this person and this page, until it is saved. Only free text; a vital sign
// typed a while ago must never come back by itself.

const person = document.querySelector("[data-person]")?.dataset.person;
const PREFIX = "draft|";

function keyOf(area) {
  return `${PREFIX}${person}|${location.pathname}|${area.name}`;
}

function drafts() {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
}

function forget(test) {
  for (const key of drafts()) {
    if (test(key, JSON.parse(sessionStorage.getItem(key)))) sessionStorage.removeItem(key);
  }
}

function offerToLeaveOut(area, before) {
  const note = document.createElement("p");
  note.className = "draft-note";
  note.setAttribute("role", "status");
  note.append("Text you had not saved is back.");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button--quiet";
  button.textContent = "Leave it out";
  button.addEventListener("click", () => {
    area.value = before;
    sessionStorage.removeItem(keyOf(area));
    note.remove();
    area.focus();
  });
  note.append(button);
  area.after(note);
}

function restore(area) {
  const kept = JSON.parse(sessionStorage.getItem(keyOf(area)) ?? "null");
  if (!kept || kept.text === area.value || area.ariaInvalid === "true") return;
  const before = area.value;
  area.value = kept.text;
  offerToLeaveOut(area, before);
}

function keep(area, sent) {
  sessionStorage.setItem(keyOf(area), JSON.stringify({ text: area.value, sent }));
}

if (person) {
  const saved = document.querySelector("[data-saved]");
  forget((key, kept) => !key.startsWith(`${PREFIX}${person}|`) || (saved && kept.sent));
  const areas = [...document.querySelectorAll('form[method="post"] textarea[name]')];
  areas.forEach(restore);
  document.addEventListener("input", (event) => {
    if (areas.includes(event.target)) keep(event.target, false);
  });
  document.addEventListener("submit", (event) => {
    if (event.target.action.includes("/logout/")) forget(() => true);
    for (const area of areas) {
      if (area.form === event.target && sessionStorage.getItem(keyOf(area))) keep(area, true);
    }
  });
}
