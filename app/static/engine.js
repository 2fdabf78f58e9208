/**
 * What plays segments where the browser does not (hls.js): it comes once for each release, on Play. Until then its weight
 * is said beside the price; it is counted when it comes.
 */
import { recall, remember } from "./device.js";

// Where segments cannot be fetched by a script; Apple's own player of streams is the better one too.
export const native = /^Apple/.test(navigator.vendor) || !window.MediaSource;

/** How many bytes of it are still to come. */
export function engine(root, money) {
  const line = root.querySelector("[data-engine]");
  const { engine: address, bytes } = line.dataset;
  const missing = () => (native || recall("engine") === address ? 0 : Number(bytes));
  new PerformanceObserver((list) => {
    for (const { name, transferSize } of list.getEntries()) {
      if (new URL(name).pathname !== address) continue;
      money.count(transferSize);
      remember("engine", address);
      line.hidden = true;
    }
  }).observe({ type: "resource", buffered: true });
  line.hidden = !missing();
  return missing;
}
