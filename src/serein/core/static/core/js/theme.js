// The appearance: follow the device, or light, dark, dim. Kept in a cookie so that the server can
// send the next page in it, without a flash of the other.

const YEAR_S = 31536000;
const root = document.documentElement;
const panel = document.querySelector("[data-theme-switch]");

function show(theme) {
  for (const button of panel.querySelectorAll("[data-set-theme]")) {
    button.setAttribute("aria-pressed", String(button.dataset.setTheme === theme));
  }
}

function choose(theme) {
  if (theme) {
    root.dataset.theme = theme;
  } else {
    delete root.dataset.theme;
  }
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = theme ? YEAR_S : 0;
  document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
  show(theme);
}

if (panel) {
  panel.hidden = false;
  show(root.dataset.theme ?? "");
  panel.addEventListener("click", (event) => {
    const button = event.target.closest("[data-set-theme]");
    if (button) choose(button.dataset.setTheme);
  });
}
