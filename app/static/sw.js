/** Shows the offline page when a page cannot be reached, and wakes the outbox when the network is back. */
const CACHE = "offline-2";
const ROLLS = "rolls"; // lists of days in person and the page "I am here", until somebody signs out or in
const ENGINE = "/static/hls."; // The page that asks for it counts its bytes, and a list needs none.
const ROLL = /^\/cohorts\/\w+\/days\/\w+$|^\/here$/;

addEventListener("install", (event) => {
  // What a page sends while it is left would wait here for a page that is gone.
  const direct = event.addRoutes?.({ condition: { requestMethod: "POST" }, source: "network" });
  event.waitUntil(Promise.all([keep(), direct]).then(() => skipWaiting()));
});
addEventListener("activate", (event) => event.waitUntil(forget().then(() => clients.claim())));

addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate" && event.request.method === "GET") {
    event.respondWith(page(event));
  } else if (["style", "script"].includes(event.request.destination) && !event.request.url.includes(ENGINE)) {
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

/** The page, or where there is no network what was kept of it. */
async function page(event) {
  const { request } = event;
  const { pathname } = new URL(request.url);
  if (pathname === "/sign-in") await caches.delete(ROLLS);
  try {
    const answer = await fetch(request);
    if (ROLL.test(pathname) && answer.ok && !answer.redirected) event.waitUntil(keepRoll(request.url, answer.clone()));
    return answer;
  } catch {
    const kept = ROLL.test(pathname) && (await caches.open(ROLLS).then((rolls) => rolls.match(request.url)));
    return kept || caches.match("/offline");
  }
}

async function keepRoll(url, answer) {
  const rolls = await caches.open(ROLLS);
  const text = await answer.clone().text();
  await rolls.put(url, answer);
  const parts = [...text.matchAll(/<(?:script|link)[^>]* (?:src|href)="(\/static\/[^"]+\.(?:js|css))"/g)];
  await Promise.all(parts.map(async ([, part]) => (await rolls.match(part)) || rolls.add(part)));
}

async function forget() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== CACHE && name !== ROLLS).map((name) => caches.delete(name)));
}

async function poke() {
  for (const page of await clients.matchAll({ type: "window" })) page.postMessage("flush");
}
