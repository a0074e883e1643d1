// Small things every page needs: focus on what went wrong, links that move focus, printing.

document.querySelector("[data-focus]")?.focus();

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) {
    window.print();
    return;
  }
  const link = event.target.closest('.error-summary a[href^="#"]');
  const field = link && document.getElementById(link.hash.slice(1));
  if (field) {
    event.preventDefault();
    field.focus({ preventScroll: true });
    field.scrollIntoView({ block: "center" });
  }
});

// A row of tabs wider than the screen shows the one that is open.
for (const tabs of document.querySelectorAll(".tabs")) {
  const open = tabs.querySelector("[aria-current]");
  if (open) tabs.scrollLeft = open.offsetLeft - (tabs.clientWidth - open.offsetWidth) / 2;
}

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
}
