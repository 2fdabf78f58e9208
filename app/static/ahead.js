/**
 * How far ahead a recording is fetched: to the end of the missing passage and not into what was seen, and no further
 * than the limit of this device goes. A passage that was chosen from the list ends where it says, for the price that it
 * says. What a browser fetches by itself is counted by what lies ready in it.
 */
import { gaps, union } from "./ranges.js";
import { weigh } from "./weights.js";

const MOST = 30; // seconds
const TO_GO_ON = 12;
const NEAR = 2;
const SHORT = 0.1;

export function bounds(root, video, { money, stop, chosen, inSegments }) {
  const duration = Number(root.dataset.duration);
  let only = null; // the passage that was chosen
  let had = [];
  let counted = 0;

  const missing = () => gaps(root.seen ?? JSON.parse(root.dataset.seen), duration).filter(([a, b]) => b - a >= 1);
  const price = (passages, name = chosen()) => {
    const formats = root.formats ?? {};
    const those = name === "auto" ? Object.values(formats).filter(({ kind }) => kind === "video") : [formats[name]];
    return Math.max(...those.map((format) => (format ? weigh(format, passages, duration) : 0)), 0);
  };

  /** What is still to be paid for from a second on: what is missing, or all that follows once nothing is. */
  function rest(second) {
    if (only) return price([only]);
    return price(missing().length ? missing() : [[second, duration]]);
  }

  /** The passage that begins here, if it is one of the list. */
  function choose(second) {
    only = missing().find(([a]) => Math.abs(a - second) < 0.01) ?? null;
  }

  function end() {
    if (!only || video.paused || video.seeking) return;
    const second = video.currentTime;
    if (second >= only[1] || (second > only[1] - SHORT && lying(second) < SHORT)) {
      only = null;
      video.pause();
    }
  }

  /** Bytes of the next segment, without the head that came before it. */
  const next = (second) => price([[0, second + 0.1]]) - price([[0, second]]) || price([[second, second + 1]]);

  function ahead(second) {
    const passage = only ?? missing().find(([a, b]) => a <= second + NEAR && b > second + NEAR);
    const ready = lying(second);
    if (next(Math.min(second + ready, duration - 1)) <= money.left()) {
      if (passage && second + ready >= passage[1]) return 0; // Until the next look nothing more may come.
      const wanted = passage ? passage[1] - second : video.paused ? 0 : TO_GO_ON; // into what was seen before
      return Math.min(wanted, MOST);
    }
    if (ready < 1 && second + 1 < duration) queueMicrotask(stop);
    return 0;
  }

  function lying(second) {
    return Math.max((buffered().find(([a, b]) => a <= second + 0.3 && b > second)?.[1] ?? second) - second, 0);
  }

  function buffered() {
    return Array.from(video.buffered, (_, place) => [video.buffered.start(place), video.buffered.end(place)]);
  }

  /** What came of a file, or of a stream that the browser reads itself. */
  function weighReady() {
    if (inSegments() || !root.formats) return;
    had = union([...had, ...buffered()]);
    const all = price(had, chosen() === "slides" ? "sound" : chosen()); // Its pictures are counted as they come.
    money.count(all - counted);
    counted = all;
    if (money.left() <= 0 && !video.paused) stop();
  }

  video.addEventListener("seeked", () => {
    if (only && (video.currentTime < only[0] - NEAR || video.currentTime > only[1])) only = null;
  });
  video.addEventListener("timeupdate", end);
  video.addEventListener("waiting", end);
  video.addEventListener("progress", weighReady);
  video.addEventListener("timeupdate", weighReady);
  return { ahead, choose, rest, count: money.count, begin: () => ([had, counted] = [[], 0]) };
}
