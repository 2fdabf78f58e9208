/** What passages of a recording weigh: the rule of modules/rules/tracks.py. A format is {bytes, listed, segments, pictures}. */
export const HEADERS = 600;
const LISTED = 8;
const EACH = 6;
const AHEAD = 3;

export function weigh({ bytes, listed, segments = [], pictures = [] }, passages, duration) {
  if (!passages.length) return 0;
  const part = Math.min(length(passages) / duration, 1);
  const spread = bytes * part + LISTED * Math.ceil(duration / EACH) + HEADERS * (2 + Math.ceil((duration * part) / EACH));
  if (!segments.length) return Math.round(spread);
  const touched = (begins, ends) => passages.some(([first, last]) => first < ends && last > begins);
  const fetched = segments.filter(([begins], place) => touched(begins, segments[place + 1]?.[0] ?? Infinity));
  const shown = pictures.filter(([begins, , ends]) => touched(begins - AHEAD, ends));
  const head = Math.max(bytes - sum(segments) - sum(pictures), 0);
  const answers = 2 + fetched.length + shown.length + (pictures.length ? 1 : 0);
  return Math.round(head + sum(fetched) + sum(shown) + LISTED * listed + HEADERS * answers);
}

function sum(weights) {
  return weights.reduce((all, [, size]) => all + size, 0);
}

function length(passages) {
  return passages.reduce((all, [a, b]) => all + b - a, 0);
}
