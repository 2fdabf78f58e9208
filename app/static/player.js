/**
 * What is played: a size of a known price, or the stream that follows the connection, both in segments; the sound; and
 * from where. The choice stays with this device in a cookie that the server reads too, so that the page is right before
 * any script runs.
 */
import { bounds } from "./ahead.js";
import { purse } from "./budget.js";
import { engine, native } from "./engine.js";
import { keys } from "./keys.js";
import { mediaSession } from "./session.js";
import { speeds } from "./speeds.js";
import { subtitles } from "./subtitles.js";

const root = document.querySelector("[data-watch]");
const video = root?.querySelector("[data-player]");
const form = root?.querySelector("[data-formats]");
let { sources = {}, streams = {}, measured } = JSON.parse(root?.dataset.ways ?? "{}");
let name = form?.querySelector("input:checked")?.value;
let stream = null; // what plays now
let plain = false; // The stream failed: the file plays instead.
let limits, money, texts, toCome; // made where there is a player

const at = () => (video.readyState > 1 || video.seeking ? video.currentTime : Number(root.dataset.start)); // 0 before that
const segments = () => (plain ? "" : streams[name] ?? "");
const file = () => sources[name] ?? Object.values(sources)[0];

/** Be ready to play from a second on, without asking for a byte before that. */
function arm(second) {
  root.dataset.start = second;
  stream?.destroy();
  stream = null;
  limits.begin();
  if (!segments() || native) video.src = `${segments() || file()}#t=${second}`;
  else video.src = root.dataset.artwork; // It can be pressed and is not asked for before; stream.js comes in its place.
  root.querySelector("#player").classList.toggle("slides", name === "slides");
}

/** What each format weighs, segment by segment: asked for once, when something is played or chosen. */
async function measure() {
  root.formats ??= await fetch(measured)
    .then((answer) => answer.json())
    .then(({ formats }) => Object.fromEntries(formats.map((format) => [format.name, format])))
    .catch(() => undefined);
  dispatchEvent(new CustomEvent("format")); // The prices change, and tell() follows.
}

async function choose(chosen) {
  document.cookie = `format=${encodeURIComponent(chosen)}; path=/; max-age=31536000; samesite=lax`;
  if (!(chosen in sources) && !(chosen in streams)) return form.requestSubmit(); // It is another page.
  const [playing, second] = [!video.paused, at()];
  name = chosen;
  plain = false;
  arm(second);
  await measure();
  if (playing) start();
}

/** The line above the picture: what the chosen way costs now. */
function tell({ detail: left }) {
  const option = form.querySelector("input:checked").closest("label");
  const line = root.querySelector("[data-price]");
  const text = name === "auto" ? line.dataset.auto : left ? line.dataset.text : line.dataset.again;
  const label = option.querySelector("span").firstChild.textContent.trim();
  line.textContent = text.replace("{format}", label).replace("{price}", option.querySelector("b")?.textContent ?? "");
}

/** Play, as far as the limit allows it. */
async function start() {
  if (stream) return;
  const second = at();
  video.pause();
  stream = { destroy() {} };
  await measure();
  if ((await money.ask(limits.rest(second) + texts.toCome() + (segments() ? toCome() : 0), true)) === "none") return arm(second);
  if (name === "slides") import("./slides.js").then(({ slides }) => slides(root, video));
  if (segments() && !native) {
    const { open } = await import("./stream.js");
    stream = open(video, segments(), { at: second, ahead: limits.ahead, fetched: limits.count, failed: fall });
    if (stream) return;
    plain = true;
    arm(second);
    stream = { destroy() {} };
  }
  video.play().catch(() => {});
}

/** What played has failed: with fresh addresses, if the old ones have ended in a long pause; else as a plain file. */
async function fall(second = at(), going = !video.paused || !video.readyState) {
  const hopeless = plain;
  const fresh = await import("./renew.js").then(({ renewed }) => renewed(root, video)).catch(() => null);
  if (fresh) ({ sources, streams } = fresh); else plain = true;
  arm(second);
  if (going && (fresh || !hopeless)) start();
}

/** Nothing more comes before somebody says so. */
async function stop() {
  arm(at());
  if ((await money.ask(limits.rest(at()))) === "all") start();
}

function jump(hash) {
  const asked = Number(/^#t=([\d.]+)$/.exec(hash)?.[1] ?? NaN);
  if (Number.isNaN(asked)) return;
  const second = asked < Number(root.dataset.duration) ? asked : 0; // It may have become shorter.
  if (video.readyState) video.currentTime = second;
  else arm(second);
  root.dataset.start = second;
  limits.choose(second);
}

function go(hash) {
  jump(hash);
  video.play().catch(() => {});
}

if (form) addEventListener("read", measure); // What is missing, and so its prices, has changed.
if (video && form) {
  money = purse(root);
  toCome = engine(root, money);
  texts = subtitles(root, video, money);
  limits = bounds(root, video, { money, stop, chosen: () => name, inSegments: () => !native && Boolean(segments()) });
  const begun = !video.paused; // Somebody was faster than the script.
  arm(Number(root.dataset.start));
  if (begun) start();
  video.addEventListener("play", start);
  video.addEventListener("error", () => video.currentSrc.includes("/media/") && fall());
  addEventListener("prices", tell);
  form.addEventListener("change", (event) => choose(event.target.value));
  form.querySelector("[type=submit], button").hidden = true; // A choice counts at once.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href*='#t=']");
    if (link?.pathname !== location.pathname) return;
    event.preventDefault();
    go(link.hash);
    video.scrollIntoView({ block: "nearest" });
    video.focus();
  });
  for (const behaviour of [speeds, keys, mediaSession]) behaviour(root, video, texts);
  addEventListener("jump", ({ detail }) => go(`#t=${detail}`)); // Whoever reads stays where she reads.
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-open-text]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { transcript } = await import("./transcript.js");
    transcript(root, video, money, link);
  });
  jump(location.hash);
  if (location.hash.startsWith("#t=")) video.scrollIntoView({ block: "nearest" });
}
