/** Send files so that cuts, a closed browser or a restarted server cost nothing. Without this script the form sends them
 *  in one go. Bound by data-upload; the texts come with the form. */
import { tell } from "./beside.js";
import { printOf, unfinished } from "./upload_known.js";
import { Offer } from "./upload_offer.js";
import { Queue } from "./upload_queue.js";
import { Row } from "./upload_row.js";

for (const form of document.querySelectorAll("form[data-upload]")) connect(form);

function connect(form) {
  const input = form.querySelector("input[type=file]");
  const title = form.querySelector("[name=title]");
  const button = form.querySelector("button:not([type=button])");
  const offer = new Offer(form, button);
  const queue = new Queue(form);
  let known = null;
  const recognise = async (file) => {
    const found = { print: await printOf(file), before: null };
    const { upload, resume, recording } = form.dataset;
    if (!resume) found.before = await unfinished(upload, file, found.print, recording);
    if (alone(input) === file && found.before) offer.make(found.before, title, () => { found.before = null; });
    return found;
  };
  input.addEventListener("change", () => {
    offer.withdraw();
    queue.forget();
    tell(input, "");
    named(form, input, title);
    known = alone(input) ? recognise(input.files[0]) : null;
  });
  form.addEventListener("submit", async (event) => {
    const files = [...input.files];
    if (!files.length) return; // The server says what is missing.
    event.preventDefault();
    if (title && alone(input) && !title.value.trim()) return untitled(form, title);
    button.disabled = true;
    const first = await known;
    button.disabled = false;
    offer.withdraw();
    const words = files.length > 1 ? null : title?.value.trim() ?? "";
    for (const file of files) queue.add(new Row(form, file, words ?? titleOf(file), recognise, first));
    if (title && input.multiple) again(form, input, title);
    else button.hidden = queue.busy;
  });
}

/** The one file that is chosen, or none. */
function alone(input) {
  return input.files.length === 1 ? input.files[0] : null;
}

/** As the server does where scripts are off. */
function titleOf(file) {
  return file.name.replace(/(.)\.[^.]*$/, "$1").replaceAll("_", " ").trim();
}

/** Several files are named after themselves: then no title is asked for. */
function named(form, input, title) {
  const many = input.files.length > 1;
  if (title) title.closest(".field").hidden = many;
  form.querySelector("[data-many]").hidden = !many;
}

/** More files may be added while these are sent. */
function again(form, input, title) {
  input.value = title.value = "";
  named(form, input, title);
}

/** Said before gigabytes travel for it. */
function untitled(form, title) {
  tell(title, form.dataset.untitled);
  title.addEventListener("input", () => tell(title, ""), { once: true });
  title.focus();
}
