// Stop: held for a second, or pressed twice. Enter works the same way. Nothing here can refuse it, and
// without scripts the link opens the page that asks once.

const HOLD_MS = 1000;
const ARMED_MS = 4000;

for (const control of document.querySelectorAll("[data-hold]")) {
  const form = document.getElementById(control.dataset.hold);
  const words = control.querySelector("[data-hold-words]");
  const said = document.getElementById("said");
  let holding = 0;
  let armed = 0;
  let startedMs = 0;
  let isDone = false;

  const show = (text) => {
    words.textContent = text;
  };

  function stop() {
    if (isDone) return;
    isDone = true;
    control.classList.remove("is-holding");
    show("stopping");
    form.requestSubmit();
    setTimeout(() => {
      isDone = false;
      show("infusion");
    }, ARMED_MS);
  }

  function arm() {
    show("press again, or hold");
    said.textContent = "Press Stop again to stop the infusion, or hold it for one second.";
    clearTimeout(armed);
    armed = setTimeout(() => {
      armed = 0;
      show("infusion");
    }, ARMED_MS);
  }

  function press() {
    startedMs = Date.now();
    if (armed) {
      clearTimeout(armed);
      armed = 0;
      stop();
      return;
    }
    control.classList.add("is-holding");
    show("hold");
    clearTimeout(holding);
    holding = setTimeout(stop, HOLD_MS);
  }

  function release() {
    if (!startedMs || isDone) return;
    startedMs = 0;
    clearTimeout(holding);
    control.classList.remove("is-holding");
    arm();
  }

  control.addEventListener("pointerdown", (event) => {
    if (event.button === 0) press();
  });
  control.addEventListener("pointerup", release);
  control.addEventListener("pointercancel", release);
  control.addEventListener("pointerleave", release);
  control.addEventListener("contextmenu", (event) => event.preventDefault());
  control.addEventListener("dragstart", (event) => event.preventDefault());
  control.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    if (!event.repeat) press();
  });
  control.addEventListener("keyup", (event) => {
    if (event.key === "Enter" || event.key === " ") release();
  });
  // A press by assistive technology comes as a click alone, without pointer or key.
  control.addEventListener("click", (event) => {
    event.preventDefault();
    if (event.detail === 0 && !startedMs) armed ? press() : arm();
  });
}
