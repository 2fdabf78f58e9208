/**
 * The answers of an attempt that the server refused: what was typed stays on this device, and is shown with the reason,
 * until a later answer to the same question arrives or its writer removes it. [data-recall] names their address.
 */
import { drop, entries } from "./outbox.js";

export const TYPED = "#answer"; // ends the place of an answer in words: the field's own name on its page
const note = document.querySelector("[data-recall]");

if (note) {
  note.querySelector("button").addEventListener("click", () => remove());
  addEventListener("outbox", ({ detail }) => detail.url === note.dataset.recall && show());
  show();
}

/** Forget what was refused; of one question, if it is named. */
export async function remove(position = 0) {
  for (const entry of await refused()) if (!position || asked(entry).position === position) await drop(entry);
  await show();
}

async function show() {
  const kept = await refused();
  note.querySelector("ul").replaceChildren(...kept.map(drawn));
  note.hidden = kept.length === 0;
}

function drawn(entry) {
  const { position, value } = asked(entry);
  const { errors = [], detail } = entry.refusal.answer ?? {};
  const reason = errors.map((error) => error.sentence).join(" ") || detail;
  const text = entry.place.endsWith(TYPED) ? `\u2068${value ?? ""}\u2069` : "";
  const line = document.createElement("li");
  line.textContent = [note.dataset.question.replace("#", position), reason, text].filter(Boolean).join(" ");
  return line;
}

function asked(entry) {
  return entry.body.answers[0];
}

async function refused() {
  const all = note ? await entries().catch(() => []) : [];
  return all.filter((entry) => entry.refusal && entry.url === note.dataset.recall);
}
