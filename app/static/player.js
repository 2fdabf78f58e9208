/**
 * What is played: one file of a known price, or the stream that follows the connection; and how fast. The choice stays
 * with this device in a cookie that the server reads too, so that the page is right before any script runs.
 */
const root = document.querySelector("[data-watch]");
const video = root?.querySelector("[data-player]");
const form = root?.querySelector("[data-formats]");
const sources = JSON.parse(root?.dataset.sources ?? "{}");
const STREAM = "application/vnd.apple.mpegurl";
const YEAR = 31536000;
let stream = null;
let automatic = video?.dataset.auto === "1";

function choose(name) {
  document.cookie = `format=${encodeURIComponent(name)}; path=/; max-age=${YEAR}; samesite=lax`;
  automatic = name === "auto";
  root.querySelector("[data-missing]").dataset.bytes = JSON.parse(root.dataset.rates)[name] ?? 0;
  dispatchEvent(new CustomEvent("format")); // The prices change, and tell() follows.
  if (automatic && !video.paused) return follow();
  if (!automatic) load(sources[name]);
}

/** The line above the picture: what the chosen way costs now. */
function tell({ detail: left }) {
  const option = form.querySelector("input:checked").closest("label");
  const line = root.querySelector("[data-price]");
  const text = automatic ? line.dataset.auto : left ? line.dataset.text : line.dataset.again;
  const label = option.querySelector("span").firstChild.textContent.trim();
  line.textContent = text.replace("{format}", label).replace("{price}", option.querySelector("b")?.textContent ?? "");
}

/** Play from another address at the same second. */
function load(address) {
  const at = video.readyState ? video.currentTime : Number(root.dataset.start);
  const playing = !video.paused;
  stream?.destroy();
  stream = null;
  video.src = `${address}#t=${at}`;
  if (playing) video.play();
}

/** The stream: by the browser itself where it can, else by hls.js, which is fetched only now. */
async function follow() {
  if (stream) return;
  const at = video.readyState ? video.currentTime : Number(root.dataset.start);
  if (video.canPlayType(STREAM)) {
    if (!video.src.includes(video.dataset.playlist)) load(video.dataset.playlist);
    return;
  }
  video.pause();
  const { default: Hls } = await import("./hls.js");
  if (!Hls.isSupported()) return;
  stream = new Hls({ enableWorker: false, startPosition: at });
  stream.on(Hls.Events.ERROR, (_, problem) => problem.fatal && load(Object.values(sources)[0]));
  stream.loadSource(video.dataset.playlist);
  stream.attachMedia(video);
  stream.once(Hls.Events.MANIFEST_PARSED, () => video.play());
}

function jump(hash) {
  const second = Number(/^#t=([\d.]+)$/.exec(hash)?.[1] ?? NaN);
  if (Number.isNaN(second)) return false;
  root.dataset.start = second;
  if (video.readyState) video.currentTime = second;
  else if (!stream) video.src = `${video.currentSrc.split("#")[0] || video.src.split("#")[0]}#t=${second}`;
  video.scrollIntoView({ block: "nearest" });
  return true;
}

if (video && form) {
  video.addEventListener("play", () => automatic && !stream && video.dataset.playlist && follow());
  addEventListener("prices", tell);
  form.addEventListener("change", (event) => choose(event.target.value));
  form.querySelector("[type=submit], button").hidden = true; // A choice counts at once.
  root.addEventListener("click", (event) => {
    const link = event.target.closest("a[href*='#t=']");
    if (!link) return;
    event.preventDefault();
    jump(link.hash);
    video.play();
    video.focus();
  });
  const speeds = root.querySelector("[data-speeds]");
  speeds.hidden = false;
  const speed = speeds.querySelector("select");
  speed.addEventListener("change", () => (video.playbackRate = video.defaultPlaybackRate = Number(speed.value)));
  video.addEventListener("ratechange", () => (speed.value = video.playbackRate)); // The browser has a menu of its own.
  jump(location.hash);
}
