/**
 * Lengths, places, sizes and times as the server writes them (app/i18n/formats.py): a page that changes under the reader's
 * eyes must not change its way of writing. The words come with the page.
 */
export function speaker(words) {
  const language = document.documentElement.lang;
  const two = (number) => String(number).padStart(2, "0");
  const fill = (name, values) => words[name].replace(/%\((\w+)\)s/g, (_, key) => values[key]).replaceAll(" ", "\u00a0");
  const decimal = (number, digits) => new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(number);
  const short = (number) => decimal(number, number < 0.995 ? 2 : number < 9.95 ? 1 : 0);

  function clock(seconds) {
    const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
    return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
  }

  function span(seconds) {
    const total = Math.round(seconds);
    if (total < 60) return fill("s", { s: total });
    if (total < 3600) return fill(total % 60 ? "ms" : "m", { m: Math.floor(total / 60), s: two(total % 60) });
    const minutes = Math.round(total / 60);
    return fill(minutes % 60 ? "hm" : "h", { h: Math.floor(minutes / 60), m: two(minutes % 60) });
  }

  function megabytes(bytes) {
    if (bytes < 1e5) return fill("kB", { n: decimal(Math.ceil(bytes / 1000), 0) });
    return bytes < 1e9 ? fill("MB", { n: short(bytes / 1e6) }) : fill("GB", { n: short(bytes / 1e9) });
  }

  /** A time of today inside a sentence, on the clock of the zone. */
  function at(time, zone) {
    const format = new Intl.DateTimeFormat("en", { timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
    const [h, m] = format.format(time).split(":");
    return fill("at", { hour: fill(m === "00" ? "sharp" : "hour", { h: Number(h), m }) });
  }

  return { at, clock, span, megabytes };
}

/** The text in its place; what begins with a figure stays in its order where the page runs the other way. */
export function write(node, text) {
  if (node.textContent === text) return;
  node.replaceChildren(/^\d/.test(text) ? Object.assign(document.createElement("bdi"), { textContent: text }) : text);
}
