/**
 * Notes beside a recording: written at the second that plays, sent through the outbox, and shown at once while they wait.
 * Without it the form works the same.
 */
import { tell } from "./beside.js";
import { add, drop, entries } from "./outbox.js";
import { speaker } from "./say.js";

export function notes(root, video) {
  const form = document.querySelector("form[data-note]");
  const list = document.querySelector("[data-notes]");
  if (!form) return;
  const say = speaker(JSON.parse(root.dataset.words));
  const { body, at, version } = form.elements;
  const { url } = list.dataset;
  let typed = "refused" in form.dataset; // A time that somebody wrote stays.

  body.addEventListener("focus", () => {
    if (!typed && !body.value.trim() && video.readyState) at.value = say.clock(video.currentTime);
  });
  at.addEventListener("input", () => (typed = true));
  form.addEventListener("reset", () => (typed = false));
  form.addEventListener("submit", (event) => {
    const second = secondOf(at.value);
    const outside = second === null || second > Math.ceil(Number(root.dataset.duration));
    if (!outside && !body.value.trim()) return; // the server says what is wrong
    event.preventDefault();
    tell(at, outside ? form.dataset.outside : "");
    if (outside) return at.focus();
    if (!form.dataset.sending) send({ second, body: body.value, version: version.value });
  });
  addEventListener("outbox", ({ detail }) => detail.url === url && arrived(detail));
  entries().then((all) => all.filter((entry) => entry.url === url).forEach((entry) => show(entry.body, entry.id))).catch(() => {});

  async function send(note) {
    form.dataset.sending = "yes";
    const outcome = await add("POST", url, note, "client_id", { place: location.pathname }).catch(() => null);
    delete form.dataset.sending;
    const entry = (await entries().catch(() => [])).find((one) => one.url === url && one.body.body === note.body);
    if (outcome?.sent) show(outcome.answer);
    else if (entry && !entry.refusal) show(note, entry.id);
    else {
      if (entry) await drop(entry);
      return form.submit(); // The server says beside the field why it was refused.
    }
    form.reset();
    at.value = say.clock(note.second);
    body.focus();
  }

  function arrived({ id, sent, answer }) {
    const waiting = [...list.children].find((row) => row.dataset.waiting === id);
    if (!waiting || !sent) return;
    waiting.remove();
    show(answer);
  }

  /** In its place in the list: kept, with its link, or waiting under the name of its entry. */
  function show({ id, second, body: text }, waiting) {
    if (id && document.getElementById(`note-${id}`)) return;
    const row = document.createElement("li");
    const [link, words, more] = ["a", "p", waiting ? "span" : "a"].map((tag) => document.createElement(tag));
    Object.assign(link, { href: `${root.dataset.here}?t=${second}#t=${second}`, className: "at", textContent: say.clock(second) });
    Object.assign(words, { dir: "auto", textContent: text });
    Object.assign(more, { className: waiting ? "tag warn" : "alone", textContent: waiting ? list.dataset.waits : list.dataset.change });
    if (waiting) row.dataset.waiting = waiting;
    else Object.assign(row, { id: `note-${id}` }) && (more.href = list.dataset.edit.replace("ID", id));
    row.dataset.second = second;
    row.append(link, words, " ", more);
    const later = [...list.children].find((one) => placeOf(one) > second);
    list.insertBefore(row, later ?? null);
  }

  function placeOf(row) {
    return Number(row.dataset.second ?? row.querySelector("a.at")?.hash.slice(3) ?? Infinity);
  }
}

/** "1:02:03", "41:20" or plain seconds, as modules/rules/places.py reads them. */
function secondOf(text) {
  if (!/^(?:(?:\d{1,2}:[0-5]?\d|\d{1,3}):[0-5]?\d|\d{1,6}(?:\.\d{1,3})?)$/.test(text.trim())) return null;
  return text.trim().split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
