/** What is seen of an upload: name, band, percent, megabytes, time left; said aloud at every tenth. */
import { speaker } from "./say.js";

export class Panel {
  constructor(form, file, title) {
    Object.assign(this, { form, file, title, whole: file.size, sent: 0, said: -1, begun: null });
    this.texts = form.querySelector("[data-queue]").dataset;
    this.speak = speaker(JSON.parse(this.texts.words));
    this.root = form.querySelector("template[data-row]").content.cloneNode(true).firstElementChild;
    this.acts = this.root.querySelector(".actions");
    this.part("name").textContent = title || file.name;
    this.acts.ariaLabel = title || file.name; // Of several rows, whose buttons these are.
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

  /** What keeps it from going on, seen and heard. */
  warn(name, own) {
    const text = own || this.texts[name];
    this.say(text);
    this.hear(text);
  }

  say(text) { this.part("said").textContent = text; }
  hear(text) { this.part("status").textContent = text; }
  share(sent) { return this.whole ? sent / this.whole : 0; }
  part(name) { return this.root.querySelector(`[data-${name}]`); }
  act(name) { return this.root.querySelector(`[data-act=${name}]`); }
  text(name, values) { return Object.entries(values).reduce((t, [k, v]) => t.replace(`{${k}}`, v), this.texts[name]); }
  percent(part) { return new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(part); }

  /** Only to the minute, where there are minutes: it changes under the eyes. */
  span(seconds) {
    return this.speak.span(seconds < 60 ? Math.max(1, seconds) : Math.round(seconds / 60) * 60);
  }
}
