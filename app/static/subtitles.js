/** The subtitles that were chosen, in the browser's menu or by the key C, are shown in the next recording too. */
import { recall, remember } from "./device.js";

export function subtitles(root, video) {
  const tracks = [...video.textTracks];
  let chosen = recall("subtitles");
  video.textTracks.addEventListener("change", () => {
    chosen = tracks.find(({ mode }) => mode === "showing")?.language ?? "";
    remember("subtitles", chosen);
  });
  const show = () => {
    const track = tracks.find(({ language }) => language === chosen);
    if (track) track.mode = "showing";
  };
  video.addEventListener("playing", show, { once: true }); // Before that they would be fetched unasked.
}
