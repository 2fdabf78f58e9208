/** One ordered store of this browser: `const store = openStore(name)`, then `await store("readwrite", (all) => all.add(entry))`.
 *  It is opened when it is first asked; a browser that keeps nothing rejects. */
export function openStore(name) {
  let opened = null;
  return async (mode, ask) => {
    opened ??= open(name);
    const transaction = (await opened).transaction("entries", mode);
    const asked = ask(transaction.objectStore("entries"));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(asked.result);
      transaction.onabort = transaction.onerror = () => reject(transaction.error);
    });
  };
}

function open(name) {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(name, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "order", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
