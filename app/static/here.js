/** The code on the wall, kept in the outbox where there is no network: it tells its own minute. */
import { add } from "./outbox.js";

const PATIENCE_MS = 20000;
const form = document.querySelector("form[data-here]");
const status = form.querySelector("[role=status]");

form.addEventListener("submit", async (event) => {
  if (form.dataset.asked) return;
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "yes";
  const sent = { method: "POST", body: new FormData(form), redirect: "manual", signal: AbortSignal.timeout(PATIENCE_MS) };
  const answer = await fetch(form.action, sent).catch(() => null);
  if (answer?.type === "opaqueredirect") return location.assign(location.pathname);
  if (answer) {
    form.dataset.asked = "yes"; // the server has something to say about it
    return form.requestSubmit();
  }
  const outcome = await add("POST", form.dataset.here, { code: form.elements.code.value, later: true });
  delete form.dataset.sending;
  status.textContent = outcome.status ? outcome.answer?.detail : form.dataset.kept;
});

addEventListener("outbox", ({ detail }) => {
  if (detail.url === form.dataset.here) status.textContent = detail.answer?.detail ?? "";
});
