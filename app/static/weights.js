/** What passages of a recording weigh: the rule of modules/rules/weights.py. A format is {bytes, segments}. */
export const HEADERS = 600;
const LISTED = 58;

export function weigh({ bytes, segments = [] }, passages, duration) {
  if (!passages.length) return 0;
  if (!segments.length) {
    const part = passages.reduce((sum, [a, b]) => sum + b - a, 0) / duration;
    return Math.round(bytes * Math.min(part, 1));
  }
  const head = Math.max(bytes - segments.reduce((sum, [, size]) => sum + size, 0), 0);
  const touched = segments.filter(([begins], place) => {
    const ends = segments[place + 1]?.[0] ?? Infinity;
    return passages.some(([first, last]) => first < ends && last > begins);
  });
  const sizes = touched.reduce((sum, [, size]) => sum + size, 0);
  return Math.round(LISTED * segments.length + head + sizes + HEADERS * (2 + touched.length));
}
