/** Send a file so that cuts, a closed browser or a restarted server cost nothing (tus). Without this script the form
 *  sends the file in one go. Bound by data-upload; the texts come with the form. */
import * as tus from "tus-js-client";
import { tell } from "./beside.js";
import { printOf, unfinished } from "./upload_known.js";
import { Offer } from "./upload_offer.js";
import { Panel } from "./upload_panel.js";
import { Watch } from "./upload_watch.js";

const CHUNK = 32 * 1024 * 1024;
const DELAYS = [0, 1000, 3000, 5000, 10000, 20000, 20000];

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
    forget(form, input);
    known = null;
    if (input.files[0]) known = recognise(input.files[0]);
  });
  form.addEventListener("submit", async (event) => {
    const file = input.files[0];
    if (!file) return; // The server says what is missing.
    event.preventDefault();
    if (title && !title.value.trim()) return untitled(form, title);
    button.disabled = true;
    try {
      start(form, file, title ? title.value.trim() : "", await (known ??= recognise(file)));
    } finally {
      button.disabled = false;
      offer.withdraw();
    }
  });
}

/** Said before gigabytes travel for it. */
function untitled(form, title) {
  tell(title, form.dataset.untitled);
  title.addEventListener("input", () => tell(title, ""), { once: true });
  title.focus();
}

/** What was wrong with the file before is not wrong with this one. */
function forget(form, input) {
  const error = form.querySelector("[data-error]");
  if (!error.hidden) error.hidden = form.querySelector("[data-sending]").hidden = true;
  tell(input, "");
}

function start(form, file, title, known) {
  const panel = new Panel(form, file);
  const { limit, size, print, tooLarge, otherFile } = form.dataset;
  if (file.size > Number(limit)) return panel.refuse(tooLarge);
  if ((size && file.size !== Number(size)) || (print && known.print !== print)) return panel.refuse(otherFile);
  const watch = new Watch(() => panel.warn("silent"), () => { upload.abort(); upload.start(); });
  const upload = new tus.Upload(file, options(form, file, title, known, panel, watch));
  panel.open(upload, watch);
}

function options(form, file, title, known, panel, watch) {
  const { upload, resume, recording, csrf, done } = form.dataset;
  const uploadUrl = resume || (known.before ? `${upload}/${known.before.upload}` : null);
  const wait = (error) => {
    watch.alive(true);
    panel.warn("cut", !watch.renewed && statusOf(error) === 423 && sentence(error));
  };
  return {
    endpoint: upload,
    uploadUrl,
    chunkSize: CHUNK,
    retryDelays: DELAYS,
    storeFingerprintForResuming: false, // The server remembers, for every browser.
    headers: { "X-CSRFToken": csrf, ...(uploadUrl && title && { "Upload-Metadata": `title ${base64(title)}` }) },
    metadata: { filename: file.name, print: known.print, ...(title && { title }), ...(recording && { recording }) },
    onShouldRetry: (error) => {
      if (passes(error)) wait(error);
      return passes(error);
    },
    onProgress: (sent) => {
      watch.moved(sent);
      panel.show(sent);
    },
    onError: (error) => passes(error) ? wait(error) : panel.fail(sentence(error)), // However long: the watch begins anew.
    onSuccess: () => {
      watch.end();
      location.assign(done.split("?")[0]);
    },
  };
}

/** Whether it is worth waiting: faults of the line, of a server that starts again, of a lock that is given back. */
function passes(error) {
  const status = statusOf(error);
  return Boolean(error.originalRequest) && ([0, 409, 423].includes(status) || (status >= 500 && status !== 507));
}

function statusOf(error) {
  return error.originalResponse?.getStatus() ?? 0;
}

function base64(text) {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

/** The server's own sentence, where it gave one. */
function sentence(error) {
  try {
    return JSON.parse(error.originalResponse.getBody()).detail || "";
  } catch {
    return "";
  }
}
