/** The files of a form, one after another: a costly line is not shared. When all have arrived, the list shows them. */
import { speaker } from "./say.js";

export class Queue {
  constructor(form) {
    this.form = form;
    this.rows = [];
    this.totals = form.querySelector("[data-totals]");
  }

  get busy() { return this.rows.some((row) => row.state !== "failed"); }

  add(row) {
    this.rows.push(row);
    row.enter(this);
    this.changed();
  }

  /** Each row says so whenever its state is another. */
  changed() {
    const of = (...states) => this.rows.filter((row) => states.includes(row.state));
    this.tell();
    if (of("sending").length) return;
    const [next] = of("waiting");
    if (next) next.go();
    else if (of("done").length && of("done").length === this.rows.length) location.assign(this.form.dataset.done.split("?")[0]);
  }

  tell() {
    const rows = this.rows.filter((row) => row.state !== "failed");
    this.totals.hidden = rows.length < 2;
    if (this.totals.hidden) return;
    const { megabytes } = this.speak ??= speaker(JSON.parse(this.form.querySelector("[data-queue]").dataset.words));
    const sum = (what) => megabytes(rows.reduce((whole, row) => whole + row[what], 0));
    const values = { n: rows.filter((row) => row.state === "done").length, m: rows.length, done: sum("sent"), whole: sum("whole") };
    this.totals.textContent =
      Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), this.totals.dataset.totals);
  }

  remove(row) {
    this.rows = this.rows.filter((one) => one !== row);
    row.root.remove();
    if (this.rows.length) this.changed();
    else location.reload();
  }

  /** What was refused before is forgotten when other files are chosen. */
  forget() {
    for (const row of this.rows.filter((one) => one.state === "failed" && !one.upload)) {
      this.rows = this.rows.filter((one) => one !== row);
      row.root.remove();
    }
  }
}
