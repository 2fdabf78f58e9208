/** Redraws what is seen and missing of a recording: the strip, the list of passages, and every sentence with a length. */
import { gaps } from "./ranges.js";
import { speaker, write } from "./say.js";
import { weigh } from "./weights.js";

export function drawing(root, video) {
  const duration = Number(root.dataset.duration);
  const say = speaker(JSON.parse(root.dataset.words));

  return function draw(seen) {
    root.seen = seen;
    const bare = gaps(seen, duration);
    strip(seen, bare);
    const missing = bare.filter(([a, b]) => b - a >= 1);
    list(missing);
    chapters(seen);
    tell(length(seen), missing);
  };

  /** The same band as the server draws (app/web/bands.py). */
  function strip(seen, bare) {
    const svg = root.querySelector("[data-strip] svg");
    if (!svg) return; // where the text is read instead
    const scale = (second) => Math.round((second / duration) * 10000) / 10;
    const path = (ranges) => ranges.map(([a, b]) => `M${scale(a)} 0H${scale(b)}`).join("");
    const dye = `d${root.dataset.dye}`;
    const here = video.readyState ? video.currentTime : Number(root.dataset.start);
    const parts = [[dye, path(seen)], ["r", path(seen)], [`${dye} t`, path(bare)], ["n", `M${scale(here)}-1v2`]];
    const marked = svg.querySelector(".q")?.outerHTML ?? "";
    svg.innerHTML = parts.map(([kind, d]) => `<path class="${kind}" d="${d}"/>`).join("") + marked;
  }

  /** Row by row, in place: who stands on a link with the keyboard stays there. */
  function list(missing) {
    const part = root.querySelector("[data-missing]");
    const rows = part.querySelector("ul");
    const name = root.querySelector("[data-formats] input:checked")?.value;
    while (rows.children.length > missing.length) rows.lastElementChild.remove();
    missing.forEach(([start, end], place) => {
      const [link, price, note] = (rows.children[place] ?? row(rows)).children;
      link.href = `${root.dataset.here}?t=${start}#t=${start}`;
      write(link, part.dataset.time.replace("{start}", say.clock(start)).replace("{end}", say.clock(end)));
      if (root.formats) write(price, costs(name, [[start, end]]));
      write(note, say.span(told([[start, end]])));
    });
  }

  /** What is seen of each chapter, in the words of the server. */
  function chapters(seen) {
    const all = document.querySelector("[data-chapters]");
    for (const row of all?.children ?? []) {
      const [from, to] = [Number(row.dataset.from), Number(row.dataset.to)];
      const had = length(seen.map(([a, b]) => [Math.max(a, from), Math.min(b, to)]).filter(([a, b]) => b > a));
      const here = video?.readyState > 0 && video.currentTime >= from && video.currentTime < to;
      const done = to - from - had < 1;
      const { seenWord, toSee, left } = all.dataset;
      row.className = here ? "now" : done ? "done" : "todo";
      if (here) row.setAttribute("aria-current", "step");
      else row.removeAttribute("aria-current");
      write(row.querySelector(".state"), done ? seenWord : had ? left.replace("{time}", say.span(to - from - had)) : toSee);
    }
  }

  function tell(seconds, missing) {
    const left = told(missing);
    const more = Math.max(Number(root.dataset.threshold) * duration - seconds, 0);
    const sentence = (where, text, time) => {
      const line = document.querySelector(where);
      if (line) write(line, text(line.closest("[data-text], [data-heading]")?.dataset ?? {}).replace("{time}", say.span(time)));
    };
    sentence("[data-seen-time]", () => "{time}", seconds);
    sentence("[data-missing] h2", (texts) => (left ? texts.heading : texts.nothing), left);
    sentence("[data-rule]", (texts) => texts.text, more);
    sentence("[data-rest]", (texts) => (left ? texts.text : texts.again), left);
    const passages = missing.length ? missing : [[0, duration]];
    for (const option of root.formats ? root.querySelectorAll("[data-formats] label") : []) {
      const price = option.querySelector("b");
      const name = option.querySelector("input").value;
      if (price && name === "auto") write(price, extent(passages));
      else if (price && root.formats[name]) write(price, costs(name, passages));
    }
    dispatchEvent(new CustomEvent("prices", { detail: missing.length }));
  }

  function costs(name, passages) {
    const format = root.formats[name];
    return format ? say.megabytes(weigh(format, passages, duration)) : "";
  }

  /** What the stream costs that follows the connection: at least, and at most. */
  function extent(passages) {
    const videos = Object.values(root.formats).filter(({ kind }) => kind === "video");
    const prices = videos.map((format) => weigh(format, passages, duration)).sort((a, b) => a - b);
    const [least, most] = [prices[0], prices[prices.length - 1]].map(say.megabytes);
    return least === most ? least : root.dataset.between.replace("{least}", least).replace("{most}", most);
  }
}

function length(ranges) {
  return ranges.reduce((sum, [a, b]) => sum + b - a, 0);
}

/** By the clock on which their ends are read, so that a list adds up to its sum (modules/rules/coverage.py). */
function told(ranges) {
  return ranges.reduce((sum, [a, b]) => sum + Math.floor(b) - Math.floor(a), 0);
}

function row(rows) {
  const made = rows.appendChild(document.createElement("li"));
  made.append(document.createElement("a"), " ", document.createElement("b"), document.createElement("span"));
  return made;
}
