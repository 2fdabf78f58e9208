/**
 * "I have read this" goes through the outbox, like what is played: without a line it waits here, and the part of the text
 * says so. Without it the form works the same.
 */
import "./in_text.js";
import { add, entries, newId } from "./outbox.js";

const READ = "equivalent reading";

document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-read]")) return;
  event.preventDefault();
  send(event.target);
});
addEventListener("outbox", ({ detail }) => hear(detail));
addEventListener("text", restore); // more of it is on the page
restore();

async function send(form) {
  const { version, start, end } = form.elements;
  const batch = newId();
  const said = { segments: [[Number(start.value), Number(end.value)]], version: version.value, class: READ };
  wait(form, batch).focus();
  const outcome = await add("POST", form.dataset.read, { ...said, batch }, "batch", { keep: true }).catch(() => null);
  if (outcome?.sent) settle(batch, outcome.answer);
  else if (!(await kept(batch))) form.submit(); // The server says on its page why it was refused.
}

/** In the place of the button: it was read, and the server does not know yet. */
function wait(form, batch) {
  const { waits } = texts(form);
  const line = Object.assign(document.createElement("p"), { tabIndex: -1, role: "status" });
  line.dataset.batch = batch;
  line.append(Object.assign(document.createElement("span"), { className: "tag warn", textContent: waits }));
  form.after(line);
  form.hidden = true;
  return line;
}

function settle(batch, answer) {
  const line = lineOf(batch);
  const tag = line?.querySelector(".warn");
  if (!tag) return; // It was told before.
  const { read, finished } = texts(line);
  Object.assign(tag, { className: "tag good", textContent: read });
  if (answer?.done) line.append(` ${finished}`);
  line.previousElementSibling.remove();
  dispatchEvent(new CustomEvent("read", { detail: answer }));
}

/** What waited has arrived, or is refused and stands to be said again. */
async function hear({ id, sent, answer }) {
  const line = lineOf(id);
  if (line && sent) settle(id, answer);
  else if (line && !(await kept(id))) {
    line.previousElementSibling.hidden = false;
    line.remove();
  }
}

async function restore() {
  for (const { id, url, body } of await all()) {
    const [[start, end]] = body.class === READ ? body.segments : [[]];
    const same = ({ dataset, elements }) =>
      dataset.read === url && Number(elements.start.value) === start && Number(elements.end.value) === end;
    const form = [...document.querySelectorAll("form[data-read]:not([hidden])")].find(same);
    if (form && !lineOf(id)) wait(form, id);
  }
}

async function kept(batch) {
  return (await all()).some(({ id }) => id === batch);
}

function all() {
  return entries().catch(() => []); // a browser that keeps nothing has nothing to give back
}

function lineOf(batch) {
  return document.querySelector(`[data-batch="${batch}"]`);
}

function texts(node) {
  return node.closest("[data-transcript]").dataset;
}
