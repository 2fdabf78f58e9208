/** What is seen of an upload: band, percent, megabytes, time left; said aloud at every tenth. */
export class Panel {
  constructor(form, file) {
    this.form = form;
    this.root = form.querySelector("[data-sending]");
    this.button = form.querySelector("button:not([type=button])");
    this.acts = this.root.querySelector(".actions");
    this.wide = file.size;
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
    if (this.paused) this.stop().finally(() => this.say(this.figures ?? ""));
    else this.go();
    this.begun = null;
    button.textContent = this.paused ? this.root.dataset.goOn : this.root.dataset.pause;
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

  show(sent, whole) {
    const part = whole ? sent / whole : 0;
    const now = performance.now();
    if (!this.begun) this.begun = { at: now, sent };
    const rate = (sent - this.begun.sent) / (now - this.begun.at);
    const left = rate > 0 && now - this.begun.at > 2000 ? this.text("left", { time: this.span((whole - sent) / rate / 1000) }) : "";
    const figures = this.text("figures", { done: this.size(sent), whole: this.size(whole) });
    this.part("percent").textContent = this.percent(part);
    this.figures = ` · ${figures}`;
    this.say(this.figures + (left && ` · ${left}`));
    this.weave(part);
    if (Math.floor(part * 10) > this.said) {
      this.said = Math.floor(part * 10);
      this.part("status").textContent = `${this.percent(part)} ${left}`;
    }
  }

  weave(part) {
    const x = Math.round(part * 1000);
    const paths = { c: `M0 0H${x}`, t: `M${x} 0H1000` };
    this.root.querySelector("svg").innerHTML =
      `<path class="d1" d="${paths.c}"/><path class="d1 t" d="${paths.t}"/><path class="r" d="${paths.c}"/>`;
  }

  fail(text) {
    this.watch.end();
    this.refuse(text || this.root.dataset.refused);
    this.begun = null;
  }

  refuse(text) {
    this.root.hidden = this.button.hidden = false;
    this.acts.hidden = true;
    this.part("coming").hidden = !this.upload;
    this.part("error").firstElementChild.textContent = text;
    this.part("error").hidden = false;
  }

  /** What keeps it from going on, seen and heard. */
  warn(name, own) {
    const text = own || this.root.dataset[name];
    this.say(text);
    this.part("status").textContent = text;
  }

  say(text) { this.part("said").textContent = text; }
  part(name) { return this.root.querySelector(`[data-${name}]`); }
  act(name) { return this.root.querySelector(`[data-act=${name}]`); }
  text(name, values) { return Object.entries(values).reduce((t, [k, v]) => t.replace(`{${k}}`, v), this.root.dataset[name]); }
  number(value, digits = 0) { return new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: digits }).format(value); }
  percent(part) { return new Intl.NumberFormat(document.documentElement.lang, { style: "percent" }).format(part); }

  size(bytes) {
    const giga = bytes >= 1e9;
    return this.text(giga ? "gb" : "mb", { n: this.number(bytes / (giga ? 1e9 : 1e6), bytes < 1e7 || giga ? 1 : 0) });
  }

  span(seconds) {
    if (seconds < 60) return this.text("seconds", { n: Math.max(1, Math.round(seconds)) });
    return this.text("minutes", { n: this.number(Math.round(seconds / 60)) });
  }
}

/** Say that a part of the chosen file is at the server already, and let the person begin anew instead. */
export class Offer {
  constructor(form, button) {
    this.root = form.querySelector("[data-offer]");
    this.button = button;
    this.plain = button.textContent;
  }

  make(before, title, anew) {
    const { offer, goOn } = this.root.dataset;
    const language = document.documentElement.lang;
    const values = {
      part: new Intl.NumberFormat(language, { style: "percent" }).format(before.offset / before.size),
      title: `\u2068${before.title || before.file_name}\u2069`,
      day: new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long" }).format(new Date(before.expires)),
    };
    const text = Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), offer);
    this.root.querySelector("p").textContent = text;
    this.root.querySelector("button").onclick = () => { anew(); this.withdraw(); };
    this.root.hidden = false;
    this.button.textContent = goOn;
    if (title && !title.value.trim()) title.value = before.title;
  }

  withdraw() {
    this.root.hidden = true;
    this.button.textContent = this.plain;
  }
}
