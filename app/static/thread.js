/**
 * Send a post through the outbox and show it at once while it waits; keep what is being written on this device.
 * Without it the form works the same. [data-unsent] holds the posts that wait or were refused, and every text.
 */
import { add, drop, entries, newId } from "./outbox.js";

const WEEK = 7 * 24 * 3600 * 1000;
const list = document.querySelector("[data-unsent]");
const form = document.querySelector("form[data-draft]");
const key = `draft:${form?.dataset.draft}`;

if (form) connect();
if (list) begin();
tidy();

function connect() {
  const arrived = new URLSearchParams(location.search).get("sent");
  if (arrived) forget(arrived);
  form.addEventListener("input", () => {
    const { body, client_id: id } = form.elements;
    if (body.value.trim()) write(key, { text: body.value, id: id.value, at: Date.now() });
    else write(key, null);
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.name === "preview" || !form.elements.body.value.trim()) return; // the server answers these
    event.preventDefault();
    if (!form.dataset.sending) send();
  });
}

/** What waits here, and then the draft, unless it is one of them. */
async function begin() {
  addEventListener("outbox", ({ detail }) => hear(detail));
  const mine = (await all()).filter((entry) => entry.url === list.dataset.unsent);
  list.append(...mine.map(drawn));
  const kept = form && read(key);
  if (kept && mine.some((entry) => entry.id === kept.id)) write(key, null);
  else if (kept && !form.elements.body.value.trim()) fill(kept.text, kept.id, form.dataset.draftText, "hint");
}

async function send() {
  const { parent = null } = form.dataset;
  const { kind, stage, language, consent, body, client_id } = Object.fromEntries(new FormData(form));
  form.dataset.sending = client_id;
  const post = { kind, stage, language, consent, body, parent, client_id };
  const outcome = await add("POST", list.dataset.unsent, post, "client_id", list.dataset.place).catch(() => null);
  if (outcome?.sent) {
    write(key, null);
    location.assign(`/posts/${outcome.answer.id}?sent`);
    return;
  }
  delete form.dataset.sending;
  const entry = (await all()).find((one) => one.id === client_id);
  if (entry && !entry.refusal) {
    list.append(drawn(entry));
    write(key, null);
    fill("", newId());
  } else {
    say(reason(outcome), "error"); // The text stays in the form, so the outbox need not keep it.
    if (entry) drop(entry);
  }
}

/** One of the posts that waited has reached the server: it took it, or it says why not. */
async function hear({ id, url, sent, answer }) {
  const shown = [...list.querySelectorAll(".post")].find((one) => one.dataset.id === id);
  if (url !== list.dataset.unsent || !shown) return;
  const entry = (await all()).find((one) => one.id === id);
  if (entry) shown.replaceWith(drawn(entry));
  if (!sent) return;
  shown.querySelector(".tag").hidden = true;
  shown.querySelector(".prose").innerHTML = answer.html; // Cleaned by the server, as on every page.
}

function drawn(entry) {
  const one = list.querySelector("template").content.firstElementChild.cloneNode(true);
  const { kind, language, body } = entry.body;
  const part = (selector) => one.querySelector(selector);
  one.dataset.id = entry.id;
  part("b").textContent = [...(form?.elements.kind.options ?? [])].find((option) => option.value === kind)?.text ?? "";
  Object.assign(part(".prose"), { lang: language, dir: "auto" });
  part(".prose").append(...body.split("\n").flatMap((text) => [text, document.createElement("br")]));
  if (!entry.refusal) return one;
  const away = () => drop(entry).then(() => one.remove());
  part(".tag").hidden = true;
  Object.assign(part(".error"), { hidden: false, textContent: reason(entry.refusal) });
  part(".actions").hidden = false;
  part("[data-again]").hidden = !form;
  const again = () => fill([form.elements.body.value.trimEnd(), body].filter(Boolean).join("\n\n"), newId());
  part("[data-again]").addEventListener("click", () => away().then(again));
  part("[data-drop]").addEventListener("click", away);
  return one;
}

/** The draft comes back with the id it had, so that a post that arrived unseen is not made twice. */
function fill(text, id, note = "", kind = "hint") {
  form.elements.body.value = text;
  form.elements.client_id.value = id;
  say(note, kind);
}

function say(text, kind) {
  form.querySelector("[data-said]")?.remove();
  const note = Object.assign(document.createElement("p"), { className: kind, role: "status", textContent: text });
  note.dataset.said = "";
  if (text) form.elements.body.before(note);
}

function reason(outcome) {
  const { errors = [], detail } = outcome?.answer ?? {};
  return errors.map((error) => error.sentence).join(" ") || detail || list.dataset.failed;
}

function all() {
  return entries().catch(() => []);
}

/** The server says with ?sent= which draft has arrived. */
function forget(id) {
  for (const one of drafts()) if (read(one)?.id === id) write(one, null);
  const address = new URL(location.href);
  address.searchParams.delete("sent");
  history.replaceState(history.state, "", address);
}

/** A shared device keeps nothing for longer than a week. */
function tidy() {
  for (const one of drafts()) if (Date.now() - (read(one)?.at ?? 0) > WEEK) write(one, null);
}

function drafts() {
  return careful(() => Object.keys(localStorage).filter((one) => one.startsWith("draft:"))) ?? [];
}

function read(name) {
  return careful(() => JSON.parse(localStorage.getItem(name)));
}

function write(name, draft) {
  careful(() => (draft ? localStorage.setItem(name, JSON.stringify(draft)) : localStorage.removeItem(name)));
}

/** A full or closed store is no reason to disturb the writer. */
function careful(ask) {
  try {
    return ask();
  } catch {
    return null;
  }
}
