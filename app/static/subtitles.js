/**
 * The subtitles that were chosen, by the key C or in the browser's own menu, are shown in the next recording too. What
 * would pass the limit is asked about first, however it was chosen.
 */
import { recall, remember } from "./device.js";

const { NONE, ERROR } = HTMLTrackElement;

export function subtitles(root, video, money) {
  const tracks = [...video.querySelectorAll("track")];
  const bytes = Number(root.querySelector("[data-open-text]")?.dataset.openText || 1); // They are the same words.
  const shown = () => tracks.find(({ track }) => track.mode === "showing");
  const kept = () => tracks.find(({ track }) => track.language === chosen);
  let chosen = recall("subtitles");
  let asking = false;
  let agreed = null;

  const price = (one) => (one && one !== agreed && [NONE, ERROR].includes(one.readyState) ? bytes : 0);

  async function show(one, address = one?.src) {
    asking = true;
    const yes = (await money.ask(price(one))) !== "none";
    if (yes) agreed = one;
    if (yes) for (const each of tracks) each.track.mode = each === one ? "showing" : "disabled";
    if (one && (one.src !== address || one.readyState === ERROR)) one.src = address; // A browser fetches it if it is shown.
    asking = false;
  }

  /** A browser is about to fetch what was chosen in its menu, whatever becomes of it, but for what has no address. */
  function hold(one) {
    const address = one.src;
    one.removeAttribute("src");
    one.track.mode = "disabled";
    return show(one, address);
  }

  video.textTracks.addEventListener("change", () => {
    const one = shown();
    if (asking) return;
    if (price(one) > money.left()) return hold(one);
    chosen = one?.track.language ?? "";
    remember("subtitles", chosen);
  });
  const again = () => kept() && price(kept()) <= money.left() && show(kept()); // The question about Play held them.
  video.addEventListener("playing", again, { once: true }); // Before that they would be fetched unasked.
  return { next: () => show(tracks[tracks.indexOf(shown()) + 1]), toCome: () => price(kept()) };
}
