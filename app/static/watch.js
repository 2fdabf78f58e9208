/**
 * Counts the seconds that are really played, sends them through the outbox, and redraws what is seen and missing.
 * The lesson plays without it; then nothing is measured, and the page says so.
 */
import { add } from "./outbox.js";
import { gaps, union } from "./ranges.js";
import { speaker } from "./say.js";

const EVERY = 15000;
const root = document.querySelector("[data-watch]");
const video = root?.querySelector("[data-player]");
const duration = Number(root?.dataset.duration);
const say = root && speaker(JSON.parse(root.dataset.words));
let seen = JSON.parse(root?.dataset.seen ?? "[]");
let unsent = [];
let current = null; // [start, end] of what plays now
let heardAt = 0;
let sentPosition = Number(root?.dataset.start);
let settling = null;

/** Playing on: the interval grows as long as time advances no faster than the clock allows. */
function hear() {
  if (video.seeking) return;
  const at = video.currentTime;
  const allowed = ((performance.now() - heardAt) / 1000) * video.playbackRate + 1;
  if (current && at >= current[1] && at - current[1] <= allowed) current[1] = at;
  else {
    close();
    current = [at, at];
  }
  heardAt = performance.now();
}

/** Take what was played so far out of the running interval. */
function close() {
  if (current && current[1] - current[0] > 0.02) {
    const piece = current.map((second) => Math.round(second * 1000) / 1000);
    unsent.push(piece);
    seen = union([...seen, piece]);
    draw();
  }
  current = current && [current[1], current[1]];
}

async function send() {
  if (!video.paused) hear(); // "timeupdate" comes four times a second only
  close();
  const position = Math.min(video.currentTime, duration);
  const moved = video.readyState > 0 && Math.abs(position - sentPosition) > 0.5;
  if (!unsent.length && !moved) return;
  const body = {
    segments: unsent, position, speed: video.playbackRate, version: root.dataset.version,
    device: device(), device_time: new Date().toISOString(), class: "online",
  };
  unsent = [];
  sentPosition = position;
  const { sent, answer } = await add("POST", root.dataset.report, body, "batch", { keep: true });
  if (!sent || !answer) return;
  seen = union([...seen, ...answer.segments]);
  root.querySelector("[data-done]").hidden = !answer.done;
  if (answer.done) root.querySelector("[data-rule]")?.remove();
  draw();
}

/** The same band as the server draws (app/web/bands.py), and everything that says how much is seen and missing. */
function draw() {
  const scale = (second) => Math.round((second / duration) * 10000) / 10;
  const path = (ranges) => ranges.map(([a, b]) => `M${scale(a)} 0H${scale(b)}`).join("");
  const dye = `d${root.dataset.dye}`;
  const bare = gaps(seen, duration);
  const here = video.readyState ? video.currentTime : Number(root.dataset.start);
  const parts = [[dye, path(seen)], ["r", path(seen)], [`${dye} t`, path(bare)], ["n", `M${scale(here)}-1v2`]];
  root.querySelector("[data-strip] svg").innerHTML = parts.map(([kind, d]) => `<path class="${kind}" d="${d}"/>`).join("");
  const missing = bare.filter(([a, b]) => b - a >= 1);
  list(missing);
  tell(missing.reduce((sum, [a, b]) => sum + b - a, 0));
}

function list(missing) {
  const part = root.querySelector("[data-missing]");
  const rows = missing.map(([start, end]) => {
    const row = document.createElement("li");
    const link = Object.assign(document.createElement("a"), {
      href: `${root.dataset.here}?t=${start}#t=${start}`,
      textContent: part.dataset.time.replace("{start}", say.clock(start)).replace("{end}", say.clock(end)),
    });
    const put = (tag, textContent) => Object.assign(document.createElement(tag), { textContent });
    const price = Number(part.dataset.bytes) ? say.megabytes((end - start) * part.dataset.bytes) : "";
    row.append(link, " ", put("b", price), put("span", say.span(end - start)));
    return row;
  });
  part.querySelector("ul").replaceChildren(...rows);
}

/** Every sentence with a length or a price in it. */
function tell(left) {
  const seconds = seen.reduce((sum, [a, b]) => sum + b - a, 0);
  const more = Math.max(Number(root.dataset.threshold) * duration - seconds, 0);
  const put = (where, text, time) => {
    const line = document.querySelector(where);
    if (line) line.textContent = text(line.closest("[data-text], [data-heading]")?.dataset ?? {}).replace("{time}", say.span(time));
  };
  put("[data-seen-time]", () => "{time}", seconds);
  put("[data-missing] h2", (texts) => (left ? texts.heading : texts.nothing), left);
  put("[data-rule]", (texts) => texts.text, more);
  put("[data-rest]", (texts) => (left ? texts.text : texts.again), left);
  const rates = JSON.parse(root.dataset.rates);
  for (const option of root.querySelectorAll("[data-formats] label")) {
    const price = option.querySelector("b");
    const rate = rates[option.querySelector("input").value];
    if (price && rate) price.textContent = say.megabytes(rate * (left || duration));
  }
  dispatchEvent(new CustomEvent("prices", { detail: left }));
}

function device() {
  try {
    localStorage.device ??= Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(36)).join("");
    return localStorage.device;
  } catch {
    return undefined; // a browser that keeps nothing is no device we could tell from another
  }
}

if (video) {
  video.addEventListener("playing", hear);
  video.addEventListener("timeupdate", () => !video.paused && hear());
  video.addEventListener("seeking", close);
  video.addEventListener("seeked", () => {
    current = null;
    clearTimeout(settling);
    settling = setTimeout(send, 1000);
  });
  video.addEventListener("pause", () => (hear(), send()));
  video.addEventListener("ended", () => {
    if (current && duration - current[1] < 1) current[1] = duration;
    send();
  });
  document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && send());
  addEventListener("pagehide", send);
  addEventListener("format", draw);
  setInterval(() => !video.paused && send(), EVERY);
}
