/** Keep the list of a day in person in the outbox where there is no network. Without it the form works the same. */
import { recall, remember } from "./device.js";
import "./find.js";
import { add, drop, entries, newId, pending } from "./outbox.js";

const PATIENCE_MS = 20000; // a hall's network that says nothing for so long is none
const form = document.querySelector("form[data-attendance]");
const SAID = { present: true, absent: false, "": null };
const rows = form ? [...form.querySelectorAll("[data-person]")] : [];

form?.addEventListener("submit", async (event) => {
  if (form.dataset.asked) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const { submitter } = event;
  const answer = await post(submitter).catch(() => null);
  if (answer?.type === "opaqueredirect") {
    await Promise.all((await refused()).map(drop));
    return location.reload();
  }
  if (answer) return again(submitter);
  if (submitter?.name === "all") tickTheRest();
  await Promise.all(rows.map(keep));
  field("sheet").value = newId(); // what is changed after this is another note
  delete form.dataset.sending;
});

/** What waited has arrived: the page is made anew by the server, once nothing else waits. */
addEventListener("outbox", async ({ detail }) => {
  const row = rows.find((one) => url(one) === detail.url);
  if (!row || form.dataset.sending) return;
  if (!detail.sent) refuse(row, detail);
  else if (!(await pending())) location.reload();
});

/** What waits stands in its line, also when the page was closed meanwhile and comes from what the browser has kept. */
async function restore() {
  field("sheet").value = newId(); // a page that was kept would name another note like one that is there
  for (const { url: sentTo, body } of await waiting()) {
    const row = rows.find((one) => url(one) === sentTo);
    if (!row || (body.half ?? "") !== (field("half")?.value ?? "")) continue;
    mark(row, body.present);
    field(`was-${row.dataset.person}`).value = choice(row).value;
    say(row, form.dataset.kept);
  }
  await restoreRefused();
}

/** What was refused while nobody looked stands in its line again, to be confirmed or changed. */
async function restoreRefused() {
  for (const { url: sentTo, body, refusal } of await refused()) {
    const row = rows.find((one) => url(one) === sentTo);
    if (!row || choice(row).value !== field(`was-${row.dataset.person}`).value) continue; // the server gave it back
    mark(row, body.present);
    const why = field(`why-${row.dataset.person}`);
    if (why) why.value = body.why;
    say(row, reason(refusal));
  }
}

function mark(row, present) {
  row.querySelector(`[value="${{ true: "present", false: "absent" }[present] ?? ""}"]`).checked = true;
}

async function waiting() {
  const all = await entries().catch(() => []);
  return all.filter((entry) => !entry.refusal && entry.place === location.pathname);
}

async function refused() {
  const all = await entries().catch(() => []); // a browser that keeps nothing has nothing to give back
  return all.filter((entry) => entry.refusal && entry.place === location.pathname);
}

form?.addEventListener("noted", ({ target }) => keep(target));
if (form) restore();

function post(submitter) {
  const body = new FormData(form, submitter);
  return fetch(form.action, { method: "POST", body, redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) });
}

/** The server wants to say something about the list: let the browser send it and show the answer. */
function again(submitter) {
  form.dataset.asked = "yes";
  form.requestSubmit(submitter);
}

/** Of this device's own notes the one with the highest count holds; its clock is only kept beside. */
function origin() {
  remember("device", recall("device") ?? newId());
  const [device, sequence] = [recall("device"), 1 + Number(recall("sequence") ?? 0)];
  remember("sequence", sequence);
  return device ? { device, sequence, device_time: new Date().toISOString() } : {};
}

function tickTheRest() {
  for (const row of rows) {
    if (!choice(row).value) row.querySelector("[value=present]").checked = true;
  }
}

async function keep(row) {
  const { value } = choice(row);
  const was = field(`was-${row.dataset.person}`);
  if (value === was.value) return;
  const why = field(`why-${row.dataset.person}`)?.value ?? "";
  const note = { present: SAID[value], was: SAID[was.value], why, ...origin() };
  note.client_id = `${field("sheet").value}-${row.dataset.person}`;
  if (field("half")) note.half = field("half").value;
  if (field("sure")?.checked) note.sure = true;
  row.dataset.before ??= was.value;
  const outcome = await add("POST", url(row), note, "client_id", { place: location.pathname }).catch(() => null);
  const kept = outcome && !outcome.status;
  if (kept || outcome?.sent) was.value = value;
  say(row, kept ? form.dataset.kept : outcome?.sent ? "" : reason(outcome));
}

/** What the server did not take is not noted: saved again, it is asked about again. */
function refuse(row, detail) {
  field(`was-${row.dataset.person}`).value = row.dataset.before ?? "";
  say(row, reason(detail));
}

function choice(row) {
  return field(`note-${row.dataset.person}`);
}

function field(name) {
  return form.elements.namedItem(name);
}

function url(row) {
  return form.dataset.attendance.replace("PERSON", row.dataset.person);
}

function reason(outcome) {
  return outcome?.answer?.detail ?? form.dataset.failed;
}

function say(row, text) {
  row.querySelector("[role=status]")?.remove();
  if (text) row.append(Object.assign(document.createElement("p"), { className: "hint", role: "status", textContent: text }));
}
