/**
 * The recording by keyboard, as players have it, anywhere on its page but in fields and on what wants the key itself.
 * The right arrow is later in every language, as on the tape, which runs from left to right in every language. Who speaks
 * to the computer or hits keys by chance turns it off; that stays with the device.
 */
import { recall, remember } from "./device.js";

const FIELDS = "input:not([type=radio], [type=checkbox]), textarea, select, dialog, [contenteditable]";
const OWN = `${FIELDS}, input, a, button, summary, [role=button]`; // They have a use for space or arrows.

export function keys(root, video, subtitles) {
  const help = root.querySelector("[data-keys]");
  const on = help.querySelector("input");
  const rates = Array.from(root.querySelectorAll("[data-speeds] option"), (option) => Number(option.value));

  const seek = (second) => {
    const there = Math.min(Math.max(second, 0), Number(root.dataset.duration) - 0.5);
    if (video.readyState) video.currentTime = there;
    else location.replace(`#t=${there}`);
  };
  const by = (seconds) => () => seek(video.currentTime + seconds);
  const pace = (steps) => () => {
    const place = rates.filter((rate) => rate <= video.playbackRate).length - 1 + steps;
    video.playbackRate = video.defaultPlaybackRate = rates[Math.min(Math.max(place, 0), rates.length - 1)];
  };
  const louder = (part) => () => (video.volume = Math.min(Math.max(video.volume + part, 0), 1));
  const play = () => (video.paused ? video.play().catch(() => {}) : video.pause());
  const fill = () => (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen?.());
  const tell = () => {
    help.open = true;
    help.querySelector("summary").focus();
  };

  const letters = {
    k: play, j: by(-10), l: by(10), f: fill, c: subtitles.next, m: () => (video.muted = !video.muted),
    "<": pace(-1), ">": pace(1), "?": tell,
  };
  const moves = { " ": play, ArrowLeft: by(-5), ArrowRight: by(5) };
  const loudness = { ArrowUp: louder(0.1), ArrowDown: louder(-0.1) }; // Elsewhere these move the page.

  function meant({ key, target }) {
    if (target.closest?.(FIELDS) || (!on.checked && target !== video)) return null;
    if (/^\d$/.test(key)) return () => seek((Number(root.dataset.duration) * Number(key)) / 10);
    if (letters[key.toLowerCase()]) return letters[key.toLowerCase()];
    if (target === video && loudness[key]) return loudness[key];
    return target.closest?.(OWN) ? null : moves[key];
  }

  addEventListener("keydown", (event) => {
    const special = event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented;
    const act = special ? null : meant(event);
    if (!act) return;
    event.preventDefault();
    act();
  });
  on.checked = recall("keys") !== "off";
  on.addEventListener("change", () => remember("keys", on.checked ? "on" : "off"));
  help.hidden = false;
}
