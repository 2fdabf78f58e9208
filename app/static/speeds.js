/** How fast it plays: the list beside the player, and the browser's own menu. The device keeps it. */
import { recall, remember } from "./device.js";

export function speeds(root, video) {
  const line = root.querySelector("[data-speeds]");
  const select = line.querySelector("select");
  const set = (speed) => (video.playbackRate = video.defaultPlaybackRate = speed);
  line.hidden = false;
  select.addEventListener("change", () => set(Number(select.value)));
  video.addEventListener("ratechange", () => {
    select.value = video.playbackRate;
    remember("speed", video.playbackRate);
  });
  const kept = recall("speed");
  if ([...select.options].some(({ value }) => value === kept)) set(Number(kept));
}
