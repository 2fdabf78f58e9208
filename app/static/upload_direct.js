/** One file on its way to the media store itself: our server names the parts that are missing, and takes the last word.
 *  It is to its row what a tus upload is. */
const DELAYS = [1000, 3000, 5000, 10000, 20000];
const BEAT = 10000; // A part may take minutes; the list calls a file paused that nothing is heard of.

export class Direct {
  constructor(row, known) {
    const { direct, upload, csrf } = row.form.dataset;
    Object.assign(this, { row, address: direct, uploads: upload, csrf, known, tries: 0, run: 0 });
    this.id = known;
  }

  get url() { return this.id && `${this.uploads}/${this.id}`; }

  async start() {
    const run = ++this.run;
    try {
      this.id ??= (await this.ask("", this.told())).upload;
      for (;;) {
        const next = await this.ask(`/${this.id}/next`);
        if (run !== this.run) return;
        if (next.whole) return this.row.done();
        let sent = next.received;
        for (const part of next.parts) {
          await this.put(part, sent);
          if (run !== this.run) return;
          sent += part.end - part.start;
          this.tries = 0;
        }
      }
    } catch (fault) {
      if (run === this.run) this.fault(fault, run);
    }
  }

  async abort(drop) {
    this.run++;
    this.request?.abort();
    const headers = { "X-CSRFToken": this.csrf, "Tus-Resumable": "1.0.0" };
    if (drop && this.id) await fetch(this.url, { method: "DELETE", headers });
  }

  /** Wait and begin anew, however long, unless our server says no. */
  fault(fault, run) {
    const waits = !fault.status || fault.status === 409 || fault.status >= 500;
    if (!waits) return this.row.fail(fault.detail);
    this.row.watch.alive(true);
    this.row.warn("cut");
    setTimeout(() => { if (run === this.run) this.start(); }, DELAYS[Math.min(this.tries++, DELAYS.length - 1)]);
  }

  told() {
    const { file, title, form, known } = this.row;
    return { size: file.size, file_name: file.name, title, print: known.print, recording: form.dataset.recording ?? "" };
  }

  async ask(path, told) {
    const headers = { "X-CSRFToken": this.csrf, ...(told && { "Content-Type": "application/json" }) };
    const answer = await fetch(this.address + path, { method: "POST", headers, body: told && JSON.stringify(told) });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw { status: answer.status, detail: said.detail };
    return said;
  }

  /** By XMLHttpRequest, which alone tells how much has left. */
  put(part, before) {
    let heard = performance.now();
    return new Promise((done, failed) => {
      const request = this.request = new XMLHttpRequest();
      request.upload.onprogress = ({ loaded }) => {
        this.row.watch.moved(before + loaded);
        this.row.show(before + loaded);
        if (performance.now() - heard < BEAT) return;
        heard = performance.now();
        this.ask(`/${this.id}/next`).catch(() => {});
      };
      request.onload = () => request.status < 300 ? done() : failed({});
      request.onerror = request.onabort = () => failed({});
      request.open("PUT", part.url);
      request.send(this.row.file.slice(part.start, part.end));
    });
  }
}
