/** The recording on the lock screen and in the keys of a telephone: its title, its poster, and where to jump. */
export function mediaSession(root, video) {
  const { title, module, artwork } = root.dataset;
  if (!("mediaSession" in navigator)) return;
  const { mediaSession: session } = navigator;
  const seek = (second) => (video.currentTime = Math.min(Math.max(second, 0), Number(root.dataset.duration)));
  const acts = {
    play: () => video.play().catch(() => {}), pause: () => video.pause(), stop: () => video.pause(),
    seekbackward: ({ seekOffset }) => seek(video.currentTime - (seekOffset || 10)),
    seekforward: ({ seekOffset }) => seek(video.currentTime + (seekOffset || 10)),
    seekto: ({ seekTime }) => seek(seekTime),
  };
  session.metadata = new MediaMetadata({
    title, album: module, artwork: [{ src: artwork, sizes: "640x360", type: "image/svg+xml" }],
  });
  for (const [name, act] of Object.entries(acts)) {
    try {
      session.setActionHandler(name, act);
    } catch {
      // Not every browser knows every key.
    }
  }
  video.addEventListener("timeupdate", () => {
    if (!session.setPositionState || !Number.isFinite(video.duration)) return;
    session.setPositionState({ duration: video.duration, playbackRate: video.playbackRate, position: video.currentTime });
  });
}
