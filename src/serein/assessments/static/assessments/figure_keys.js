// A figure chooses that answer and goes on to the next question.
const form = document.querySelector("[data-figure-keys]");
const rows = form ? [...form.querySelectorAll("[role='radiogroup']")] : [];

form?.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const row = event.target.closest("[role='radiogroup']");
  const choice = row?.querySelector(`input[type="radio"][value="${CSS.escape(event.key)}"]`);
  if (!choice || !/^[0-9]$/.test(event.key)) return;
  event.preventDefault();
  choice.checked = true;
  choice.dispatchEvent(new Event("change", { bubbles: true }));
  const next = rows[rows.indexOf(row) + 1];
  const target = next ? (next.querySelector("input:checked") ?? next.querySelector("input")) : null;
  (target ?? form.closest("form").querySelector("button[type='submit']")).focus();
});
