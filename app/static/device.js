/** What this device keeps of somebody's choices, each under a name; a browser that keeps nothing has none. */
export function recall(name) {
  try {
    return localStorage[name];
  } catch {
    return undefined;
  }
}

export function remember(name, value) {
  try {
    localStorage[name] = value;
  } catch {
    // The choice holds for this page.
  }
}
