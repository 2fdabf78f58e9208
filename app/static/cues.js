/** Plays the line of a subtitle that is edited, takes times from the player, and moves between lines by keyboard. */
const root = document.querySelector("[data-cues]");
const film = root?.querySelector("[data-film]");
const form = root?.querySelector("form:has([data-cue])");
let until = null;
let changed = false;

if (root && film) {
  root.querySelector("[data-keys]").hidden = false;
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-play]");
    if (!link) return;
    event.preventDefault();
    play(link.closest("[data-cue]"));
  });
  form.addEventListener("keydown", press);
  film.addEventListener("timeupdate", follow);
}
if (form) {
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", send);
  addEventListener("beforeunload", (event) => changed && event.preventDefault());
}

function play(line) {
  const [start, end] = ["start", "end"].map((name) => second(field(line, name).value));
  if (Number.isNaN(start)) return;
  until = end > start ? end : null;
  film.currentTime = start;
  film.play();
}

/** Stops at the end of the line that was asked for, and marks the one that is said. */
function follow() {
  if (until !== null && film.currentTime >= until) {
    until = null;
    film.pause();
  }
  for (const line of form.querySelectorAll("[data-cue]")) {
    const said = second(field(line, "start").value) <= film.currentTime && film.currentTime < second(field(line, "end").value);
    line.toggleAttribute("data-said", said);
  }
}

function press(event) {
  const line = event.target.closest("[data-cue]");
  const what = line && keys[`${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.altKey ? "Alt+" : ""}${event.code}`];
  if (!what) return;
  event.preventDefault();
  what(line);
}

const keys = {
  "Ctrl+Enter": play,
  "Alt+KeyS": (line) => take(line, "start"),
  "Alt+KeyE": (line) => take(line, "end"),
  "Alt+ArrowUp": (line) => go(line.previousElementSibling),
  "Alt+ArrowDown": (line) => go(line.nextElementSibling),
};

function take(line, name) {
  field(line, name).value = clock(film.currentTime);
  changed = true;
}

function go(line) {
  if (line) field(line, "text").focus();
}

/** Without a caret the server splits in the middle. */
function send({ submitter }) {
  changed = false;
  const [what, place] = (submitter?.value ?? "").split("-");
  const text = what === "split" && document.getElementById(`text-${place}`);
  form.elements.caret.value = text && text.selectionStart ? text.selectionStart : "";
}

function field(line, name) {
  return document.getElementById(`${name}-${line.dataset.cue}`);
}

function second(text) {
  return text.trim().replace(",", ".").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}

function clock(at) {
  const part = (value, digits = 2) => String(Math.floor(value)).padStart(digits, "0");
  return `${part(at / 3600)}:${part((at / 60) % 60)}:${part(at % 60)}.${part((at * 1000) % 1000, 3)}`;
}
