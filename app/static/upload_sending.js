/** One file on its way, by tus or straight to the media store: what it tells its row, and which faults are worth waiting for. */
import * as tus from "tus-js-client";
import { Direct } from "./upload_direct.js";

const CHUNK = 32 * 1024 * 1024;
const DELAYS = [0, 1000, 3000, 5000, 10000, 20000, 20000];

export function sending(row) {
  const { form, file, title, known } = row;
  const { upload, resume, recording, csrf, direct } = form.dataset;
  if (known.before ? known.before.direct : direct) {
    return new Direct(row, known.before?.upload ?? (resume && resume.split("/").pop()));
  }
  const uploadUrl = resume || (known.before ? `${upload}/${known.before.upload}` : null);
  const wait = (error) => {
    row.watch.alive(true);
    row.warn("cut", !row.watch.renewed && statusOf(error) === 423 && sentence(error));
  };
  return new tus.Upload(file, {
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
      row.watch.moved(sent);
      row.show(sent);
    },
    onError: (error) => passes(error) ? wait(error) : row.fail(sentence(error)), // However long: the watch begins anew.
    onSuccess: () => row.done(),
  });
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
