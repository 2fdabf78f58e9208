/** Shows the offline page when a page cannot be reached, and wakes the outbox when the network is back. */
const CACHE = "offline-2";

addEventListener("install", (event) => {
  // What a page sends while it is left would wait here for a page that is gone.
  const direct = event.addRoutes?.({ condition: { requestMethod: "POST" }, source: "network" });
  event.waitUntil(Promise.all([keep(), direct]).then(() => skipWaiting()));
});
addEventListener("activate", (event) => event.waitUntil(forget().then(() => clients.claim())));

addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate" && event.request.method === "GET") {
    event.respondWith(fetch(event.request).catch(() => caches.match("/offline")));
  } else if (event.request.destination === "style") {
    event.respondWith(fetch(event.request).catch(() => caches.match(event.request)));
  }
});

addEventListener("sync", (event) => {
  if (event.tag === "outbox") event.waitUntil(poke());
});

/** The offline page as nobody in particular sees it, for a device may be shared, and the style sheet that it names. */
async function keep() {
  const cache = await caches.open(CACHE);
  const page = await fetch("/offline", { credentials: "omit" });
  const sheet = /<link rel="stylesheet" href="([^"]+)"/.exec(await page.clone().text());
  await cache.put("/offline", page);
  if (sheet) await cache.add(sheet[1]);
}

async function forget() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name)));
}

async function poke() {
  for (const page of await clients.matchAll({ type: "window" })) page.postMessage("flush");
}
