/**
 * What is being written, kept on this device under the place where it will stand: the form's fields by name, with the
 * client_id that the post will have. A shared device keeps nothing for longer than a week.
 */
const START = "draft:";
const WEEK = 7 * 24 * 3600 * 1000;

for (const place of places()) if (Date.now() - (found(place)?.at ?? 0) > WEEK) forget(place);

export function read(place) {
  return found(place)?.fields;
}

export function keep(place, fields) {
  careful(() => localStorage.setItem(START + place, JSON.stringify({ fields, at: Date.now() })));
}

export function forget(place) {
  careful(() => localStorage.removeItem(START + place));
}

/** The draft that became this post is done with, wherever it was written. */
export function arrived(id) {
  for (const place of places()) if (read(place)?.client_id === id) forget(place);
}

function found(place) {
  return careful(() => JSON.parse(localStorage.getItem(START + place)));
}

function places() {
  const names = careful(() => Object.keys(localStorage)) ?? [];
  return names.filter((name) => name.startsWith(START)).map((name) => name.slice(START.length));
}

/** A full or closed store is no reason to disturb the writer. */
function careful(ask) {
  try {
    return ask();
  } catch {
    return null;
  }
}
