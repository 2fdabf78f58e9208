/**
 * Counts the seconds that are really played, sends them through the outbox, and shows what is seen and missing.
 * The lesson plays without it; then nothing is measured, and the page says so.
 */
import { beforeLeaving } from "./leave.js";
import { notes } from "./notes.js";
import { add, flush, offline } from "./outbox.js";
import { union } from "./ranges.js";
import "./reading.js";
import { drawing } from "./seen.js";
import { stalls } from "./stalls.js";

const EVERY = 15000;
const DRAWN_EVERY = 1000;
const root = document.querySelector("[data-watch]");
const video = root?.querySelector("[data-player]");
const duration = Number(root?.dataset.duration);
const draw = root && drawing(root, video);
const slow = video && stalls(video);
let seen = JSON.parse(root?.dataset.seen ?? "[]");
let unsent = [];
let current = null; // [start, end] of what plays now
let heardAt = 0;
let drawnAt = 0;
let sentPosition = Number(root?.dataset.start);
let settling = null;
let away = offline(); // while this plays

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
  if (heardAt - drawnAt >= DRAWN_EVERY && document.visibilityState === "visible") show();
}

/** What the server knows and what this page has heard since. */
function show() {
  drawnAt = performance.now();
  draw(current && current[1] > current[0] ? union([...seen, current]) : seen);
}

/** Take what was played so far out of the running interval. */
function close() {
  if (current && current[1] - current[0] > 0.02) {
    const piece = current.map((second) => Math.round(second * 1000) / 1000);
    unsent.push(piece);
    seen = union([...seen, piece]);
    show();
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
    device: device(), device_time: new Date().toISOString(), class: away ? "offline device" : "online",
    ...slow.take(),
  };
  unsent = [];
  sentPosition = position;
  const outcome = await add("POST", root.dataset.report, body, "batch", { keep: true });
  away = offline();
  if (outcome.sent) learn(outcome.answer);
}

/** The line comes or goes: what was played until now was played as it was before. */
function turn() {
  send();
  away = offline();
}

/** The server has taken a report, of what was played or read, and tells where the person stands. */
function learn(answer) {
  if (!answer) return;
  seen = union([...seen, ...answer.segments]);
  root.querySelector("[data-done]").hidden = !answer.done;
  if (answer.done) root.querySelector("[data-rule]")?.remove();
  show();
}

function device() {
  try {
    localStorage.device ??= Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(36)).join("");
    return localStorage.device;
  } catch {
    return undefined; // a browser that keeps nothing is no device we could tell from another
  }
}

if (root) {
  addEventListener("format", show);
  addEventListener("read", ({ detail }) => learn(detail));
}
if (video) {
  notes(root, video);
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
  for (const change of ["online", "offline"]) addEventListener(change, turn);
  setInterval(() => !video.paused && send(), EVERY);
  beforeLeaving(async () => {
    const sent = send();
    video.pause();
    await sent;
    await flush(); // what was sent a moment ago has arrived too
  });
}
