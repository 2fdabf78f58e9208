/** How fast it plays: the list beside the player, and the browser's own menu. */
export function speeds(root, video) {
  const line = root.querySelector("[data-speeds]");
  const select = line.querySelector("select");
  line.hidden = false;
  select.addEventListener("change", () => (video.playbackRate = video.defaultPlaybackRate = Number(select.value)));
  video.addEventListener("ratechange", () => (select.value = video.playbackRate));
}
