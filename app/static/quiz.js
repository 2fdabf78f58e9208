/**
 * Save each change of an answer at once through the outbox, and say what the server answered. The form works without it.
 *
 * form[data-quiz] names the address of the answers. Each save carries the page's own name, so that the plain form that
 * follows, and the page that it brings back when it is refused, know them as their own. The time of a save is the
 * server's clock at page load plus what passed since.
 */
import { tell } from "./beside.js";
import { count } from "./left.js";
import { add, flush, newId, pending } from "./outbox.js";
import { TYPED, remove } from "./recall.js";
import { speaker } from "./say.js";

const TYPING = 1200; // ms of rest before a text is saved
const LONGEST = 5000; // ms until it is saved without a rest

const form = document.querySelector("form[data-quiz]");
if (form) connect(form);
for (const hand of document.querySelectorAll("form[data-submission]")) guard(hand);
for (const left of document.querySelectorAll("[data-left]")) count(left);

function connect(form) {
  const receipt = form.querySelector("[data-receipt]");
  const page = form.dataset.page || newId();
  const round = `${page}.${newId().slice(0, 8)}`; // of all under that name
  const [visit] = performance.getEntriesByType("navigation");
  // A page that the browser kept for "back" holds an old clock: there the device's own is better.
  const opened = visit?.type === "back_forward" ? performance.timeOrigin : Date.parse(form.dataset.now) - performance.now();
  let saves = 0;
  let last = JSON.stringify(given(form));
  let [time, timer, since] = []; // since: when the typing that is not saved yet began
  form.elements.page.value = page;

  const save = async () => {
    clearTimeout(timer);
    since = null;
    const answer = given(form);
    const text = JSON.stringify(answer);
    if (text === last) return;
    last = text;
    const number = ++saves;
    time = new Date(opened + performance.now());
    const answers = [{ ...answer, device_time: time.toISOString(), seen: form.elements.seen.value }];
    const body = { client_id: `${round}.${number}`, answers };
    const place = location.pathname + (form.dataset.typed && TYPED);
    const outcome = await add("POST", form.dataset.quiz, body, "client_id", { place });
    if (outcome.sent) remove(answer.position);
    if (number === saves) say(form, receipt, outcome, time);
  };

  // What was kept here leaves later by itself: its receipt follows it.
  addEventListener("outbox", ({ detail }) => detail.id === `${round}.${saves}` && say(form, receipt, detail, time));
  form.addEventListener("change", save);
  form.elements.clear?.addEventListener("click", (event) => {
    event.preventDefault();
    for (const option of form.elements.answer) option.checked = false;
    form.elements.answer[0].focus(); // The button goes with the answer.
    save();
  });
  form.addEventListener("input", (event) => {
    clearTimeout(timer);
    if (!event.target.matches("textarea, input:not([type=radio], [type=checkbox])")) return;
    since ??= performance.now();
    timer = setTimeout(save, Math.min(TYPING, since + LONGEST - performance.now()));
  });
  addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", () => document.hidden && save());
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (navigator.onLine) {
      last = JSON.stringify(given(form)); // the form carries it
      remove(given(form).position);
      return;
    }
    event.preventDefault();
    save();
  });
}

/** The answer as the API takes it. */
function given(form) {
  const { kind, position } = form.dataset;
  const data = new FormData(form);
  const one = data.get("answer");
  const values = {
    multiple: () => data.getAll("answer"),
    truefalse: () => (one === null ? null : one === "true"),
  };
  const value = (values[kind] ?? (() => one))();
  return { position: Number(position), value, come_back: data.has("come_back") };
}

function say(form, receipt, outcome, time) {
  const got = outcome.sent ? outcome.answer?.answers?.[0] : null;
  const texts = receipt.dataset;
  const text = got ? received(got, texts) : outcome.status ? texts.refusedText : texts.keptText;
  if (got?.stands && got.standing === "counts") stand(form, got);
  const when = speaker(JSON.parse(texts.words)).at(time, texts.zone);
  const before = typeof got?.replaced?.value === "string" && form.dataset.typed ? `\u2068${got.replaced.value}\u2069` : "";
  if (got && form.dataset.kind === "number") {
    const wrong = text === texts.unreadableText;
    if (!wrong) document.querySelector(".summary")?.remove(); // It said the same.
    tell(form.elements.answer, wrong ? `${texts.error} ${text}` : "");
  }
  receipt.hidden = false;
  receipt.querySelector("p").textContent = `${text.replace("#", when)} ${before}`.trim();
  receipt.classList.toggle("warn", ![texts.savedText, texts.flaggedText, texts.emptyText].includes(text));
}

function received(got, texts) {
  if (got.standing !== "counts") return texts.lateText;
  if (!got.stands) return texts.newerText;
  if (!got.readable) return texts.unreadableText;
  if (got.replaced) return texts.replacedText;
  if (got.value !== null) return texts.savedText;
  return got.come_back ? texts.flaggedText : texts.emptyText;
}

/** What else on the page tells how the question stands. */
function stand(form, got) {
  form.elements.seen.value = got.mark;
  const answered = got.readable && got.value !== null ? "1" : "";
  const saved = document.querySelector("[data-saved]");
  if (answered !== form.dataset.answered) saved.textContent = Number(saved.textContent) + (answered ? 1 : -1);
  form.dataset.answered = answered;
  document.querySelector("[data-flag]").hidden = !got.come_back;
  const done = document.querySelector("[data-done]");
  done.hidden = !answered;
  done.parentElement.classList.toggle("done", Boolean(answered));
}

/** Nothing is handed in while answers are still on this device. */
function guard(hand) {
  hand.addEventListener("submit", async (event) => {
    if (hand.dataset.ready) return;
    event.preventDefault();
    await flush().catch(() => {});
    const waiting = await pending().catch(() => 0);
    const note = document.querySelector("[data-waiting]");
    if (waiting && note) return void (note.hidden = false);
    hand.dataset.ready = "yes";
    hand.requestSubmit();
  });
}
