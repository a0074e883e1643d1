// Says once a minute how long a time is still kept, by the server's clock. Without it the page says
// until when.

const line = document.querySelector("[data-kept-until]");
const serverTime = document.querySelector('meta[name="server-time"]')?.content;
const offsetMs = serverTime ? Date.parse(serverTime) - Date.now() : 0;

function words() {
  const minutes = Math.ceil((Date.parse(line.dataset.keptUntil) - Date.now() - offsetMs) / 60_000);
  if (minutes <= 0) return line.dataset.over;
  if (minutes === 1) return line.dataset.minute;
  return line.dataset.minutes.replace("{minutes}", String(minutes));
}

function say() {
  const text = words();
  if (line.textContent !== text) line.textContent = text;
  if (text !== line.dataset.over) setTimeout(say, 1000);
}

if (line?.dataset.keptUntil) setTimeout(say, 1000);
