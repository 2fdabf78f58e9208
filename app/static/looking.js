/** The search in a text on the page: at each letter, what holds the words stays, by the rule of the search page. */
import { lookingFor } from "./words.js";

export function looking(text, told = () => {}) {
  const { q } = text.querySelector("[data-text-form]")?.elements ?? {};
  if (!q) return;
  const search = () => {
    told(q.value);
    find(text, lookingFor(q.value));
  };
  q.addEventListener("input", search);
  search();
}

/** Nobody confirms what is hidden. */
function find(text, wanted) {
  const all = [...text.querySelectorAll("[data-said]")];
  const found = all.filter((line) => !(line.hidden = wanted && !wanted(saidIn(line))));
  for (const part of text.querySelectorAll(".said")) part.hidden = Boolean(wanted) && !part.querySelector("[data-said]:not([hidden])");
  text.toggleAttribute("data-searched", Boolean(wanted));
  const said = text.querySelector("[data-found]");
  const words = found.length === 1 ? said.dataset.one : found.length ? said.dataset.many : said.dataset.none;
  said.textContent = wanted ? words.replace("{num}", found.length) : "";
}

function saidIn(line) {
  return [...line.querySelectorAll("p")].map((words) => words.textContent).join(" ");
}
