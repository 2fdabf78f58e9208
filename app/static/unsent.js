/**
 * What waits on this device, in words: minutes of what was watched, pieces of everything else; and, recording by
 * recording, what the server takes no more of for now, with the reason that it gave.
 */
const READ = "equivalent reading";

export function unsent(entries, texts) {
  const due = entries.filter(({ away }) => away === undefined);
  const rest = due.filter((entry) => !watched(entry)).length;
  const said = [due.some(watched) && minutes(due, texts.watched), rest > 0 && told(texts.work, rest)];
  for (const [title, own] of grouped(entries)) if (title) said.push(`${title} ${minutes(own, texts.away)}`);
  return said.filter(Boolean).join(" ");
}

function watched({ keep, body }) {
  return keep && Boolean(body.segments) && body.class !== READ;
}

/** Of an entry that has to wait: of which page it is, and why. */
function name({ away, title }) {
  return away === undefined ? "" : `${title ?? ""}: ${away}`;
}

function grouped(entries) {
  const found = new Map();
  for (const entry of entries) found.set(name(entry), [...(found.get(name(entry)) ?? []), entry]);
  return found;
}

function minutes(entries, texts) {
  const pieces = entries.flatMap(({ body }) => body.segments ?? []);
  const whole = Math.round(pieces.reduce((sum, [start, end]) => sum + end - start, 0) / 60);
  return whole ? told(texts, whole) : texts.less;
}

function told(texts, count) {
  const category = new Intl.PluralRules(document.documentElement.lang).select(count);
  return (texts[category] ?? texts.other).replace("#", count);
}
