/** Passages of a recording as [start, end] in seconds; the rules are those of modules/rules/coverage.py. */
export function union(ranges) {
  const merged = [];
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

/** What the union leaves of a recording of that length. */
export function gaps(seen, duration) {
  const found = [];
  let reached = 0;
  for (const [start, end] of seen) {
    if (start > reached) found.push([reached, start]);
    reached = Math.max(reached, end);
  }
  return reached < duration ? [...found, [reached, duration]] : found;
}
