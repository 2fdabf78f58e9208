/**
 * What was done here and has not reached the server yet. Pages work without it, as plain forms.
 *
 * add(method, url, body, key, place) keeps an entry in this browser, per person, and sends it: in order, again and
 * again until the server has it. The entry's random id travels in body[key] and in X-Entry-Id, so that twice is once.
 * It resolves to {sent, status, answer}: without a status it is kept for later, when network or session are back.
 * An entry with a place, the page where it was written, stays in entries() when it is refused, until drop(entry).
 * An entry to keep (what was watched) is tried again, for a month, while its step cannot be found or takes no more: a
 * module may only be put away for a while; the line says which and why. What is added while the page is left goes out at once, beside the store.
 * The line [data-outbox] names the person and carries every text. An "outbox" event tells {id, url, status, answer}.
 */
import "./menu.js";
import { now, post, told } from "./sending.js";
import { openStore } from "./store.js";
import { unsent } from "./unsent.js";

const line = document.querySelector("[data-outbox]");
const owner = line?.dataset.outbox ?? "";
const store = openStore(`outbox-${owner}`);
const LATER = new Set([408, 425, 429]);
const AWAY = new Set([404, 409, 429]);
const AGAIN = 15 * 60 * 1000;
const MONTH = 30 * 24 * 3600 * 1000;
let running = null;
let cut = !navigator.onLine; // what was sent last did not arrive
let refused = false; // something without a place, on this page
let signedOut = false; // or the page's token is older than the session: signing in leads back to a fresh one
let leaving = false; // a page is still "visible" in its last event

export async function add(method, url, body = {}, key = "client_id", { place = "", keep = false } = {}) {
  const id = body[key] ?? newId();
  const entry = { id, method, url, body: { ...body, [key]: id }, place, keep, madeAt: now(), title: document.title };
  const kept = store("readwrite", (all) => all.add(entry));
  // A page that is being left may not live to see the store answer; the server knows a repeated id.
  if (leaving || document.visibilityState === "hidden") post(entry, line?.dataset.csrf).catch(() => {});
  try {
    await kept;
  } catch {
    return told(await post(entry, line?.dataset.csrf)); // no store in this browser, in a private window: send or fail now
  }
  const answers = (await running?.then((sent) => sent.has(id) && sent)) || (await flush()); // One ends that began before.
  return answers.get(id) ?? { sent: false };
}

/** Send everything in order; stops at the first entry that must wait. */
export async function flush() {
  running ??= exclusively(sendAll).finally(() => (running = null));
  const answers = await running;
  await show();
  return answers;
}

/** All that is here, in order; what the server refused carries its `refusal`. */
export function entries() {
  return store("readonly", (all) => all.getAll());
}

export async function drop(entry) {
  await store("readwrite", (all) => all.delete(entry.order));
  await show();
}

export async function pending() {
  return (await entries()).filter(due).length;
}

function due({ refusal, after = 0 }) {
  return !refusal && after < Date.now();
}

async function sendAll() {
  const answers = new Map();
  const next = async () => (await entries()).find(due);
  for (let entry = await next(); entry; entry = await next()) {
    const response = await post(entry, line?.dataset.csrf).catch(() => null);
    cut = !response;
    signedOut = response?.redirected || response?.status === 401 || response?.status === 400;
    const away = entry.keep && AWAY.has(response?.status); // it holds up nothing else
    if (!response || signedOut || (LATER.has(response.status) && !away) || response.status >= 500) break;
    const outcome = await told(response);
    const young = Date.parse(entry.madeAt) > Date.now() - MONTH;
    const kept = away && young && { after: Date.now() + AGAIN, away: outcome.answer?.detail ?? outcome.answer?.title ?? "" };
    const stays = kept || (!response.ok && entry.place && { refusal: outcome });
    await store("readwrite", (all) => (stays ? all.put({ ...entry, ...stays }) : all.delete(entry.order)));
    answers.set(entry.id, outcome);
    refused ||= !response.ok && !stays;
    dispatchEvent(new CustomEvent("outbox", { detail: { id: entry.id, url: entry.url, ...outcome } }));
  }
  return answers;
}

function exclusively(work) {
  return navigator.locks ? navigator.locks.request(`outbox-${owner}`, work) : work(); // one tab at a time sends
}

/** Whether the server cannot be reached, as far as this page knows. */
export function offline() {
  return cut || !navigator.onLine;
}

export function newId() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function show() {
  if (!line) return;
  const all = await entries();
  const kept = all.filter((entry) => entry.refusal);
  const waiting = all.filter((entry) => !entry.refusal);
  const count = waiting.length;
  const waits = signedOut ? line.dataset.signedOut : unsent(waiting, JSON.parse(line.dataset.texts));
  const [status, note, link] = ["[role=status]", "[data-refused]", "[data-refused] a"].map((part) => line.querySelector(part));
  line.querySelector("[data-sign-in]").hidden = count === 0 || !signedOut;
  if (status.textContent !== waits) status.textContent = count ? waits : "";
  note.hidden = !refused && kept.length === 0;
  link.hidden = kept.length === 0;
  if (kept.length) link.href = kept[0].place;
  line.hidden = count === 0 && note.hidden;
  line.querySelector("button").hidden = !waiting.some(due) || signedOut;
}

/** Leaving for good must not lose answers unasked. */
async function leave(event) {
  const form = event.target.closest?.("form[action$='/sign-out']");
  if (!form || form.dataset.asked) return;
  event.preventDefault();
  await flush().catch(() => {});
  const left = await entries().catch(() => []); // a browser that keeps nothing has nothing to lose
  if (left.length && !confirm(line.dataset.leaving)) return;
  await store("readwrite", (all) => all.clear()).catch(() => {});
  await globalThis.caches?.delete("rolls"); // what sw.js keeps of lists with names
  form.dataset.asked = "yes";
  form.requestSubmit();
}

addEventListener("pagehide", () => (leaving = true), { capture: true });
addEventListener("pageshow", () => (leaving = false));
if (owner) {
  addEventListener("online", flush);
  addEventListener("submit", leave);
  setInterval(async () => (await pending().catch(() => 0)) && flush().catch(() => {}), 15000);
  line.querySelector("button").addEventListener("click", flush);
  flush().catch(() => {});
  navigator.serviceWorker?.addEventListener("message", flush);
  navigator.serviceWorker?.register(line.dataset.worker).then((worker) => worker.sync?.register("outbox")).catch(() => {});
}
