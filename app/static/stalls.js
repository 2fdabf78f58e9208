/** How often the line was too slow for what plays, and for how long in all; jumps and beginnings are not the line's fault. */
export function stalls(video) {
  let [count, seconds, since, played] = [0, 0, null, false];
  const end = () => {
    if (since !== null) seconds += (performance.now() - since) / 1000;
    since = null;
  };
  video.addEventListener("timeupdate", () => (played ||= !video.paused && !video.seeking));
  video.addEventListener("emptied", () => (end(), (played = false)));
  video.addEventListener("seeking", () => (end(), (played = false)));
  for (const moment of ["playing", "pause", "ended"]) video.addEventListener(moment, end);
  video.addEventListener("waiting", () => {
    if (!played || video.seeking || video.ended || since !== null) return;
    count += 1;
    since = performance.now();
  });
  return {
    /** What came since it was last asked for; a stall that goes on is told as far as it went. */
    take() {
      const goes = since !== null;
      end();
      const told = { stalls: count, stalled_seconds: Math.round(seconds * 100) / 100 };
      [count, seconds] = [0, 0];
      if (goes) since = performance.now();
      return told;
    },
  };
}
