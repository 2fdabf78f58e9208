/** Send a file so that cuts, a closed browser or a restarted server cost nothing (tus). Without this script the form
 *  sends the file in one go. Bound by data-upload; the texts come with the form. */
import tus from "./tus.js";
import { printOf, unfinished } from "./upload_known.js";
import { Offer, Panel } from "./upload_panel.js";

const CHUNK = 32 * 1024 * 1024;
const DELAYS = [0, 1000, 3000, 5000, 10000, 20000, 30000, 30000, 60000, 60000, 60000];

for (const form of document.querySelectorAll("form[data-upload]")) connect(form);

function connect(form) {
  const input = form.querySelector("input[type=file]");
  const title = form.querySelector("[name=title]");
  const button = form.querySelector("button:not([type=button])");
  const offer = new Offer(form, button);
  let known = null;
  const recognise = async (file) => {
    const found = { print: await printOf(file), before: null };
    const { upload, resume, recording } = form.dataset;
    if (!resume) found.before = await unfinished(upload, file, found.print, recording);
    if (input.files[0] === file && found.before) offer.make(found.before, title, () => { found.before = null; });
    return found;
  };
  input.addEventListener("change", () => {
    offer.withdraw();
    known = null;
    if (input.files[0]) known = recognise(input.files[0]);
  });
  form.addEventListener("submit", async (event) => {
    const file = input.files[0];
    if (!file || (title && !title.value.trim())) return; // The server says what is missing.
    event.preventDefault();
    button.disabled = true;
    try {
      start(form, file, title ? title.value.trim() : "", await (known ??= recognise(file)));
    } finally {
      button.disabled = false;
      offer.withdraw();
    }
  });
}

function start(form, file, title, known) {
  const panel = new Panel(form, file);
  const { limit, size, print, tooLarge, otherFile } = form.dataset;
  if (file.size > Number(limit)) return panel.refuse(tooLarge);
  if ((size && file.size !== Number(size)) || (print && known.print !== print)) return panel.refuse(otherFile);
  const upload = new tus.Upload(file, options(form, file, title, known, panel));
  panel.open(upload);
  upload.start();
}

function options(form, file, title, known, panel) {
  const { upload, resume, recording, csrf, done, refused, cut } = form.dataset;
  return {
    endpoint: upload,
    uploadUrl: resume || (known.before ? `${upload}/${known.before.upload}` : null),
    chunkSize: CHUNK,
    retryDelays: DELAYS,
    storeFingerprintForResuming: false, // The server remembers, for every browser.
    headers: { "X-CSRFToken": csrf },
    metadata: { filename: file.name, print: known.print, ...(title && { title }), ...(recording && { recording }) },
    onShouldRetry: (error) => {
      const status = error.originalResponse?.getStatus() ?? 0;
      const again = status === 0 || status === 409 || status === 423 || status >= 500;
      if (again) panel.say(status === 423 && sentence(error) || cut);
      return again && status !== 507;
    },
    onProgress: (sent, whole) => panel.show(sent, whole),
    onError: (error) => panel.fail(sentence(error)),
    onSuccess: () => location.assign(done.split("?")[0]),
  };
}

/** The server's own sentence, where it gave one. */
function sentence(error) {
  try {
    return JSON.parse(error.originalResponse.getBody()).detail || "";
  } catch {
    return "";
  }
}
