/** What is seen of an upload: band, percent, megabytes, time left; said aloud at every tenth. */
import { speaker } from "./say.js";

const SETTLES = 1000; // What was on its way when the sending stopped is with the server by then, or lost.

export class Panel {
  constructor(form, file) {
    this.form = form;
    this.root = form.querySelector("[data-sending]");
    this.button = form.querySelector("button:not([type=button])");
    this.acts = this.root.querySelector(".actions");
    this.speak = speaker(JSON.parse(this.root.dataset.words));
    this.whole = file.size;
    this.sent = 0;
    this.said = -1;
    this.begun = null;
  }

  open(upload, watch) {
    Object.assign(this, { upload, watch });
    this.root.hidden = this.acts.hidden = false;
    this.part("coming").hidden = false;
    this.part("error").hidden = this.button.hidden = true;
    this.go();
    this.act("pause").onclick = (event) => this.toggle(event.currentTarget);
    this.act("cancel").onclick = () => this.part("ask").showModal();
    this.act("keep").onclick = () => this.part("ask").close();
    this.act("drop").onclick = () => this.stop(true).finally(() => location.reload());
  }

  toggle(button) {
    this.paused = !this.paused;
    if (this.paused) this.rest();
    else this.go();
    this.begun = null;
    button.textContent = this.paused ? this.root.dataset.goOn : this.root.dataset.pause;
  }

  /** Say what has arrived, as the list does: it is less than what left. */
  async rest() {
    await this.stop();
    for (let before = null; before !== this.sent;) {
      before = this.sent;
      const here = await this.arrived();
      if (!this.paused) return;
      this.draw(here, this.root.dataset.paused, true);
      await new Promise((settled) => setTimeout(settled, SETTLES));
    }
  }

  async arrived() {
    if (!this.upload.url) return 0;
    try {
      const answer = await fetch(this.upload.url, { method: "HEAD", headers: { "Tus-Resumable": "1.0.0" } });
      return Number(answer.headers.get("Upload-Offset") ?? this.sent);
    } catch {
      return this.sent; // Without a line nobody knows better.
    }
  }

  go() {
    this.watch.begin();
    this.upload.start();
    document.dispatchEvent(new Event("sending"));
  }

  stop(drop) {
    this.watch.end();
    return this.upload.abort(drop);
  }

  show(sent) {
    const now = performance.now();
    this.begun ??= { at: now, sent };
    const rate = (sent - this.begun.sent) / (now - this.begun.at);
    const known = rate > 0 && now - this.begun.at > 2000;
    const left = known ? this.text("left", { time: this.span((this.whole - sent) / rate / 1000) }) : "";
    const tenth = Math.floor(this.share(sent) * 10);
    this.draw(sent, left, tenth > this.said);
    this.said = Math.max(tenth, this.said);
  }

  /** Band, percent and figures, and after them how it stands, where `heard` aloud too. */
  draw(sent, stand, heard) {
    this.sent = sent;
    const { megabytes } = this.speak;
    const percent = this.percent(this.share(sent));
    const figures = this.text("figures", { done: megabytes(sent), whole: megabytes(this.whole) });
    this.part("percent").textContent = percent;
    this.say(` · ${figures}${stand && ` · ${stand}`}`);
    this.weave(this.share(sent));
    if (heard) this.hear(`${percent} ${stand}`);
  }

  weave(part) {
    const x = Math.round(part * 1000);
    const paths = { c: `M0 0H${x}`, t: `M${x} 0H1000` };
    this.root.querySelector("svg").innerHTML =
      `<path class="d1" d="${paths.c}"/><path class="d1 t" d="${paths.t}"/><path class="r" d="${paths.c}"/>`;
  }

  fail(text) {
    this.watch.end();
    this.draw(this.sent, "", false);
    this.refuse(text || this.root.dataset.refused);
    this.begun = null;
  }

  refuse(text) {
    this.root.hidden = this.button.hidden = false;
    this.acts.hidden = true;
    this.hear("");
    this.part("coming").hidden = !this.upload;
    this.part("error").firstElementChild.textContent = text;
    this.part("error").hidden = false;
  }

  /** What keeps it from going on, seen and heard. */
  warn(name, own) {
    const text = own || this.root.dataset[name];
    this.say(text);
    this.hear(text);
  }

  say(text) { this.part("said").textContent = text; }
  hear(text) { this.part("status").textContent = text; }
  share(sent) { return this.whole ? sent / this.whole : 0; }
  part(name) { return this.root.querySelector(`[data-${name}]`); }
  act(name) { return this.root.querySelector(`[data-act=${name}]`); }
  text(name, values) { return Object.entries(values).reduce((t, [k, v]) => t.replace(`{${k}}`, v), this.root.dataset[name]); }
  percent(part) { return new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(part); }

  /** Only to the minute, where there are minutes: it changes under the eyes. */
  span(seconds) {
    return this.speak.span(seconds < 60 ? Math.max(1, seconds) : Math.round(seconds / 60) * 60);
  }
}
