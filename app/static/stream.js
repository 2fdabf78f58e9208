/**
 * A recording in segments, through hls.js: what is fetched ahead is bounded by the page, so that a passage costs what it
 * says. (Browsers that play such streams by themselves read on as they like.) `ahead(second)` is how many seconds may
 * lie ready; `fetched(bytes)` hears of each segment before the next one is asked for.
 */
import Hls from "./hls.js";
import { HEADERS } from "./weights.js";

export function open(video, address, { at, ahead, fetched, failed }) {
  if (!Hls.isSupported()) return null;
  const heads = new Set();
  const stream = new Hls({
    enableWorker: false, startPosition: at, testBandwidth: false, abrEwmaDefaultEstimate: 300000,
    capLevelToPlayerSize: true,
  });
  let begun = false; // Before, the player stands at 0 and not where it will play from.
  let [second, going] = [at, true]; // A decoder that fails may call that the end of the film.
  const bound = ({ type } = {}) => {
    begun ||= type === "timeupdate" && !video.paused && video.currentTime > 0;
    if (type && !video.ended && !video.error) {
      going = !video.paused || !video.readyState;
      if (begun || video.seeking) second = video.currentTime;
    }
    const seconds = ahead(begun ? video.currentTime : at);
    stream.config.maxBufferLength = stream.config.maxMaxBufferLength = seconds;
  };
  stream.on(Hls.Events.FRAG_LOADED, (_, { frag }) => {
    const head = frag.initSegment;
    fetched(HEADERS + frag.stats.loaded + (head && !heads.has(head.url) ? HEADERS + head.stats.loaded : 0));
    heads.add(head?.url);
    bound();
  });
  stream.on(Hls.Events.BUFFER_APPENDED, bound);
  const broken = () => {
    stream.off(Hls.Events.ERROR, heard);
    stream.recoverMediaError = () => {};
    stream.stopLoad();
    failed(second, going);
  };
  const heard = (_, problem) => (problem.fatal || [403, 404].includes(problem.response?.code)) && broken();
  stream.on(Hls.Events.ERROR, heard);
  stream.recoverMediaError = broken; // Its own way, when a decoder fails, leaves the player at rest and at the beginning.
  stream.once(Hls.Events.MANIFEST_PARSED, () => video.play().catch(() => {}));
  const moments = ["play", "pause", "seeking", "timeupdate"];
  moments.forEach((moment) => video.addEventListener(moment, bound));
  stream.once(Hls.Events.DESTROYING, () => moments.forEach((moment) => video.removeEventListener(moment, bound)));
  bound();
  stream.loadSource(address);
  stream.attachMedia(video);
  return stream;
}
