/** A file in the queue and what may be done with it: it waits, is sent, rests, has arrived or has failed. */
import { Panel } from "./upload_panel.js";
import { sending } from "./upload_sending.js";
import { Watch } from "./upload_watch.js";

const SETTLES = 1000; // What was on its way when the sending stopped is with the server by then, or lost.

export class Row extends Panel {
  /** `recognise` finds what the server has of a file; `known` is what it found, if that is asked already. */
  constructor(form, file, title, recognise, known) {
    super(form, file, title);
    Object.assign(this, { recognise, known });
  }

  /** Into the queue; refused at once where it cannot be sent. */
  enter(queue) {
    this.queue = queue;
    this.form.querySelector("[data-queue]").append(this.root);
    this.act("pause").onclick = () => this.toggle();
    this.act("cancel").onclick = () => this.ask();
    const { limit, size, tooLarge, otherFile } = this.form.dataset;
    if (this.whole > Number(limit)) return this.refuse(tooLarge);
    if (size && this.whole !== Number(size)) return this.refuse(otherFile);
    this.draw(0, this.texts.waits, false);
    this.state = "waiting";
  }

  async go() {
    this.state = "sending";
    this.known ??= await this.recognise(this.file);
    const { print, otherFile } = this.form.dataset;
    if (print && this.known.print !== print) return this.refuse(otherFile);
    if (this.state !== "sending") return;
    this.upload ??= sending(this);
    this.watch ??= new Watch(() => this.warn("silent"), () => { this.upload.abort(); this.upload.start(); });
    this.watch.begin();
    this.upload.start();
    document.dispatchEvent(new Event("sending"));
  }

  toggle() {
    const paused = this.state === "paused" || this.state === "failed";
    this.state = paused ? "waiting" : "paused";
    this.begun = null;
    this.part("error").hidden = true;
    this.act("pause").textContent = paused ? this.texts.pause : this.texts.goOn;
    if (paused) this.draw(this.sent, this.texts.waits, true);
    else this.rest();
    this.queue.changed();
  }

  ask() {
    const ask = this.form.querySelector("[data-ask]");
    ask.querySelector("[data-act=keep]").onclick = () => ask.close();
    ask.querySelector("[data-act=drop]").onclick = () => {
      ask.close();
      this.state = "paused";
      this.stop(true).finally(() => this.queue.remove(this));
    };
    ask.showModal();
  }

  /** Say what has arrived, as the list does: it is less than what left. */
  async rest() {
    await this.stop();
    for (let before = null; before !== this.sent;) {
      before = this.sent;
      const here = await this.arrived();
      if (this.state !== "paused") return;
      this.draw(here, this.texts.paused, true);
      await new Promise((settled) => setTimeout(settled, SETTLES));
    }
  }

  async arrived() {
    if (!this.upload?.url) return 0;
    try {
      const answer = await fetch(this.upload.url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });
      return Number(answer.headers.get("Upload-Offset") ?? this.sent);
    } catch {
      return this.sent; // Without a line nobody knows better.
    }
  }

  async stop(drop) {
    this.watch?.end();
    return this.upload?.abort(drop);
  }

  done() {
    this.watch.end();
    this.state = "done";
    this.acts.hidden = true;
    this.draw(this.whole, this.texts.arrived, true);
    this.queue.changed();
  }

  /** The server refused; the file may be sent once more. */
  fail(text) {
    this.watch.end();
    this.draw(this.sent, "", false);
    this.act("pause").textContent = this.texts.again;
    this.error(text || this.texts.refused);
    this.begun = null;
  }

  refuse(text) {
    this.acts.hidden = this.part("coming").hidden = true;
    this.error(text);
  }

  error(text) {
    this.state = "failed";
    this.hear("");
    this.part("error").firstElementChild.textContent = text;
    this.part("error").hidden = false;
    this.form.querySelector("button:not([type=button])").hidden = false;
    this.queue.changed();
  }

  draw(sent, stand, heard) {
    super.draw(sent, stand, heard);
    this.queue.tell();
  }
}
