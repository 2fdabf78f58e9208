/**
 * Send a post through the outbox and show it at once while it waits; keep what is being written on this device.
 * Without it the form works the same. [data-unsent] holds the posts that wait or were refused, and every text; in a
 * closed discussion, which has no form, also the draft that was never sent.
 */
import { arrived, forget, keep, read } from "./drafts.js";
import { add, drop, entries, newId } from "./outbox.js";

const list = document.querySelector("[data-unsent]");
const form = document.querySelector("form[data-draft]");
const { unsent: url, kept: place } = list.dataset;

greet();
if (form) connect();
begin();

/** The server says with ?sent= which draft has arrived. */
function greet() {
  const address = new URL(location.href);
  if (!address.searchParams.has("sent")) return;
  arrived(address.searchParams.get("sent"));
  address.searchParams.delete("sent");
  history.replaceState(history.state, "", address);
}

function connect() {
  form.addEventListener("input", () => (form.elements.body.value.trim() ? keep(place, written()) : forget(place)));
  form.addEventListener("submit", (event) => {
    const { body, kind } = form.elements;
    if (event.submitter?.name === "preview" || !body.value.trim()) return; // the server answers these
    event.preventDefault();
    if (!kind.value) ask(kind);
    else if (!form.dataset.sending) send();
  });
}

/** What waits here, and then the draft, unless it is one of them. */
async function begin() {
  addEventListener("outbox", ({ detail }) => hear(detail));
  const mine = (await all()).filter((entry) => entry.url === url);
  list.append(...mine.map(drawn));
  const draft = read(place);
  if (!draft) return;
  if (mine.some((entry) => entry.id === draft.client_id)) forget(place);
  else if (!form) list.append(drawn({ body: draft, refusal: { answer: { detail: list.dataset.closed } } }));
  else if (!form.elements.body.value.trim()) fill(draft, form.dataset.draft);
}

async function send() {
  const post = written();
  form.dataset.sending = post.client_id;
  const { parent = null } = form.dataset;
  const outcome = await add("POST", url, { ...post, parent }, "client_id", { place: list.dataset.place }).catch(() => null);
  if (outcome?.sent) {
    forget(place);
    location.assign(`/posts/${outcome.answer.id}?sent`);
    return;
  }
  delete form.dataset.sending;
  const entry = (await all()).find((one) => one.id === post.client_id);
  if (entry && !entry.refusal) {
    list.append(drawn(entry));
    forget(place);
    fill({ kind: "", body: "", client_id: newId() });
  } else {
    say(reason(outcome), "error"); // The text stays in the form, so the outbox need not keep it.
    if (entry) drop(entry);
  }
}

/** One of the posts that waited has reached the server: it took it, or it says why not. */
async function hear({ id, url: of, sent, answer }) {
  const shown = [...list.querySelectorAll(".post")].find((one) => one.dataset.id === id);
  if (of !== url || !shown) return;
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
  one.dataset.id = entry.id ?? "";
  part("b").textContent = kinds()[kind] ?? "";
  Object.assign(part(".prose"), { lang: language, dir: "auto" });
  part(".prose").append(...body.split("\n").flatMap((text) => [text, document.createElement("br")]));
  if (!entry.refusal) return one;
  const away = async () => {
    await (entry.id ? drop(entry) : forget(place));
    one.remove();
  };
  part(".tag").hidden = true;
  Object.assign(part(".error"), { hidden: false, textContent: reason(entry.refusal) });
  part(".actions").hidden = false;
  part("[data-again]").hidden = !form;
  const both = () => [form.elements.body.value.trimEnd(), body].filter(Boolean).join("\n\n");
  const again = () => fill({ ...entry.body, body: both(), client_id: newId() });
  part("[data-again]").addEventListener("click", () => away().then(again));
  part("[data-drop]").addEventListener("click", away);
  return one;
}

/** What a post says of itself, by name. */
function written() {
  const { kind, stage, language, consent, body, client_id } = Object.fromEntries(new FormData(form));
  return { kind, stage, language, consent, body, client_id };
}

/** A draft comes back with the id it had, so that a post that arrived unseen is not made twice. */
function fill(fields, note = "") {
  for (const [name, value] of Object.entries(fields)) if (form.elements[name]) form.elements[name].value = value;
  say(note);
}

function ask(kind) {
  say(form.dataset.kindless, "error", kind);
  kind.focus();
}

function say(text, tone = "hint", control = form.elements.body) {
  form.querySelector("[data-said]")?.remove();
  const note = Object.assign(document.createElement("p"), { className: tone, role: "status", textContent: text });
  note.dataset.said = "";
  if (text) control.before(note);
}

function reason(outcome) {
  const { errors = [], detail } = outcome?.answer ?? {};
  return errors.map((error) => error.sentence).join(" ") || detail || list.dataset.failed;
}

function kinds() {
  if (!form) return JSON.parse(list.dataset.kinds);
  return Object.fromEntries([...form.elements.kind.options].map((option) => [option.value, option.text]));
}

function all() {
  return entries().catch(() => []);
}
