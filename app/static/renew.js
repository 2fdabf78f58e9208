/**
 * Fresh addresses for what the page plays, from the page itself: those it came with last an hour longer than the recording.
 * The page asks once more who may have them. Null where that leads nowhere, or did so a moment ago.
 */
const AGAIN = 30000; // milliseconds

let last = -Infinity;

export async function renewed(root, video) {
  if (performance.now() - last < AGAIN) return null;
  last = performance.now();
  const text = await fetch(root.dataset.here, { cache: "no-store" }).then((answer) => (answer.ok ? answer.text() : ""));
  const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("[data-watch]");
  if (!fresh) return null;
  if (fresh.dataset.version !== root.dataset.version) location.reload(); // Another film: its page says what is new.
  root.dataset.slides = fresh.dataset.slides;
  for (const track of fresh.querySelectorAll("track")) {
    const old = video.querySelector(`track[srclang="${CSS.escape(track.srclang)}"]`);
    if (old) old.src = track.getAttribute("src");
  }
  return JSON.parse(fresh.dataset.ways);
}
