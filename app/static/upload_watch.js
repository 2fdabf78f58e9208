/** Notice a line that neither carries nor breaks: say so, then begin the request anew. Time is counted in ticks, for a
 *  computer that slept has not waited. */
const TICK = 1000;
const LATE = 3000; // However late a tick comes, it counts for no more.
const SILENT = 8000;
const DEAD = 30000;
const LONGEST = 120000;

export class Watch {
  /** `silent` is told once in each silence; `again` begins the request anew. */
  constructor(silent, again) {
    Object.assign(this, { silent, again, farthest: 0, patience: DEAD, renewed: false });
  }

  begin() {
    this.end();
    this.alive();
    this.timer = setInterval(() => this.tick(), TICK);
  }

  end() { clearInterval(this.timer); }

  /** A sign of life; a fault is one too, and has a sentence of its own. */
  alive(fault = false) {
    this.still = 0;
    this.last = performance.now();
    this.fault = this.told = fault;
  }

  moved(sent) {
    this.alive();
    if (sent <= this.farthest) return;
    this.farthest = sent;
    this.renewed = false;
    this.patience = DEAD;
  }

  tick() {
    const now = performance.now();
    this.still += Math.min(now - this.last, LATE);
    this.last = now;
    if (this.still >= this.patience) {
      this.patience = Math.min(this.patience * 2, LONGEST); // A line may just be that slow.
      this.renewed = !this.fault; // Then the server may still hold the silent request for another window's.
      this.still = 0;
      this.again();
    } else if (this.still >= SILENT && !this.told) {
      this.told = true;
      this.silent();
    }
  }
}
