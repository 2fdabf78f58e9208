/**
 * What recordings cost this device this month, and the limit that somebody has set for it: both stay in this browser.
 * What would pass the limit is asked about first. Bytes are counted as they come; what the browser had kept is taken off
 * again, for nothing was sent.
 */
import { speaker, write } from "./say.js";
import { HEADERS } from "./weights.js";

const MEGA = 1e6;
const ANSWERS = new Set(["all", "some"]);
const WHOLE_SENT = /^\/media\/.*\.(m3u8|vtt|webp|jpg)$|\/transcript$/; // The parts of a film are counted as they come.
const ASKED = new Set(["fetch", "xmlhttprequest"]);
let granted = 0; // what was agreed to beyond the limit, on this page

export function purse(root) {
  const say = speaker(JSON.parse(root.dataset.words));
  const box = root.querySelector("[data-budget]");
  const [line, form, asked] = ["[data-spent]", "form", "dialog"].map((part) => box.querySelector(part));
  const [pictures, weighed] = [new Set(), new Set()];

  function read() {
    const month = new Date().toISOString().slice(0, 7);
    try {
      const kept = JSON.parse(localStorage.budget ?? "{}");
      return { limit: kept.limit ?? null, month, used: kept.month === month ? kept.used : 0 };
    } catch {
      return { limit: null, month, used: 0 };
    }
  }

  function keep(change) {
    try {
      localStorage.budget = JSON.stringify({ ...read(), ...change });
    } catch {
      // A browser that keeps nothing counts for this page alone.
    }
    show();
  }

  function show() {
    const { limit, used } = read();
    const text = limit !== null ? line.dataset.of : line.dataset.free;
    write(line, fill(text, { used: say.megabytes(used), limit: say.megabytes(limit * MEGA) }));
  }

  const count = (bytes) => bytes && keep({ used: Math.max(read().used + bytes, 0) });

  /** How many bytes may still come without asking. */
  function left() {
    const { limit, used } = read();
    return limit === null ? Infinity : Math.max(limit * MEGA, granted) - used;
  }

  /** Whether so many bytes may come: "all", "some" (as far as the limit goes) or "none". */
  async function ask(bytes, part = false) {
    if (!bytes || bytes <= left()) return "all";
    const { limit, used } = read();
    const values = { used: say.megabytes(used), limit: say.megabytes(limit * MEGA), price: say.megabytes(bytes) };
    for (const words of asked.querySelectorAll("[data-text]")) write(words, fill(words.dataset.text, values));
    asked.querySelector("[value=some]").hidden = !part || left() <= 0;
    asked.returnValue = "none";
    if (!asked.open) asked.showModal();
    do await new Promise((closed) => asked.addEventListener("close", closed, { once: true }));
    while (asked.open); // The event of a question before this one may come late.
    const answer = ANSWERS.has(asked.returnValue) ? asked.returnValue : "none"; // closed without a word
    if (answer === "all") granted = read().used + bytes;
    return answer;
  }

  /** Pictures of which nobody says what came, once each, by what they are known to weigh. */
  function weighPictures() {
    const known = root.formats?.slides?.pictures ?? [];
    for (const number of [...pictures].filter((number) => known[number - 1] && !weighed.has(number))) {
      weighed.add(number);
      count(known[number - 1][1] + HEADERS);
    }
  }

  /** A file to keep is asked about, and counted whole. */
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-costs]");
    if (!link || link.dataset.agreed) return;
    event.preventDefault();
    const bytes = Number(link.dataset.costs);
    if ((await ask(bytes)) === "none") return;
    count(bytes);
    link.dataset.agreed = "yes";
    link.click();
    delete link.dataset.agreed;
  });
  form.limit.value = read().limit ?? "";
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    granted = 0;
    const { value } = form.limit;
    keep({ limit: value === "" ? null : Math.max(Number(value), 0) });
  });
  box.hidden = false;
  new PerformanceObserver((list) => {
    for (const { name, initiatorType, transferSize, encodedBodySize } of list.getEntries()) {
      const { origin, pathname } = new URL(name);
      const slide = /^\/media\/.*\/slide-(\d+)\.webp$/.exec(pathname);
      if (origin !== location.origin) continue; // A store tells nothing: its parts are counted as they come.
      if (slide && !encodedBodySize) pictures.add(slide[1]); // It was sent on to the store.
      else if (WHOLE_SENT.test(pathname)) count(transferSize);
      else if (!transferSize && pathname.startsWith("/media/") && ASKED.has(initiatorType)) count(-encodedBodySize - HEADERS);
    }
    weighPictures();
  }).observe({ type: "resource", buffered: true });
  addEventListener("format", weighPictures);
  show();
  return { ask, count, left };
}

function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}
