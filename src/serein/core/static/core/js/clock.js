// Ages, elapsed times and countdowns from moments the server wrote, by the server's clock.
//
//   <time datetime="…" data-age>            "4 min ago"
//   <time datetime="…" data-age data-stale-after="360">   … and marked stale after 360 s
//   <time datetime="…" data-elapsed>        "0:41:07" since then
//   <time datetime="…" data-until>          "in 4 min", then "3 min overdue"

const serverTime = document.querySelector('meta[name="server-time"]')?.content;
const offsetMs = serverTime ? Date.parse(serverTime) - Date.now() : 0;

function span(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return "under 1\u202fmin";
  if (minutes < 60) return `${minutes}\u202fmin`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 ? `${hours}\u202fh ${minutes % 60}\u202fmin` : `${hours}\u202fh`;
  const days = Math.floor(hours / 24);
  return days === 1 ? "1 day" : `${days} days`;
}

function elapsed(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const total = Math.max(0, Math.floor(seconds));
  return `${Math.floor(total / 3600)}:${two(Math.floor(total / 60) % 60)}:${two(total % 60)}`;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

function update(element, nowMs) {
  const seconds = (nowMs - Date.parse(element.dateTime)) / 1000;
  if (Number.isNaN(seconds)) return;
  if ("elapsed" in element.dataset) {
    write(element, elapsed(seconds));
  } else if ("until" in element.dataset) {
    write(element, seconds < 0 ? `in ${span(-seconds)}` : `${span(seconds)} overdue`);
    element.dataset.overdue = String(seconds >= 0);
  } else {
    write(element, `${span(Math.max(0, seconds))} ago`);
    const limit = Number(element.dataset.staleAfter);
    if (limit) element.dataset.stale = String(seconds > limit);
  }
}

// Line drawn over a time grid: moves with the clock between its two ends.
function moveLine(line, nowMs) {
  const from = Date.parse(line.dataset.from);
  const to = Date.parse(line.dataset.to);
  const share = (nowMs - from) / (to - from);
  const inside = share >= 0 && share <= 1;
  line.toggleAttribute("hidden", !inside);
  if (!inside) return;
  const width = line.ownerSVGElement.viewBox.baseVal.width;
  line.setAttribute("x1", String(share * width));
  line.setAttribute("x2", String(share * width));
}

function tick() {
  const nowMs = Date.now() + offsetMs;
  for (const element of document.querySelectorAll("[data-age], [data-elapsed], [data-until]")) {
    update(element, nowMs);
  }
  for (const line of document.querySelectorAll("[data-now-line]")) moveLine(line, nowMs);
}

tick();
setInterval(tick, 1000);
