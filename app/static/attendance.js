/** Note who is there through the outbox, for a hall without network. Without it the forms work the same. */
import { add, pending } from "./outbox.js";

const forms = [...document.querySelectorAll("form[data-attendance]")];

for (const form of forms) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!form.dataset.sending) note(form, event.submitter?.name !== "undo");
  });
}

/** What waited has arrived: the page is made anew by the server, once nothing else waits. */
addEventListener("outbox", async ({ detail }) => {
  const form = forms.find((one) => one.dataset.attendance === detail.url && !one.dataset.sending);
  if (!form) return;
  if (!detail.sent) say(form, reason(form, detail));
  else if (!(await pending())) location.reload();
});

async function note(form, present) {
  form.dataset.sending = "yes";
  const outcome = await add("POST", form.dataset.attendance, { present }).catch(() => null);
  if (outcome?.sent) {
    location.reload();
    return;
  }
  delete form.dataset.sending;
  say(form, outcome && !outcome.status ? form.closest("[data-kept]").dataset.kept : reason(form, outcome));
}

function reason(form, outcome) {
  return outcome?.answer?.detail ?? form.closest("[data-failed]").dataset.failed;
}

function say(form, text) {
  form.querySelector("[role=status]")?.remove();
  const said = Object.assign(document.createElement("p"), { className: "hint", role: "status", textContent: text });
  form.append(said);
}
