/**
 * The text beside the recording: fetched when somebody opens it, follows what is said, and leads back into it. Search and
 * languages work in place. Without it the text is a page of its own.
 */
import { looking } from "./looking.js";
import { sentences } from "./sentences.js";

export { looking };

const HELD = 6000; // Whoever moves the text by hand is left alone so long.

export function transcript(root, video, money, link) {
  const section = link.closest("section");
  const [box, close] = [link.parentElement, section.querySelector("[data-close]")];
  const pane = box.parentElement;
  const place = document.createComment("");
  const opened = new AbortController();
  const lines = sentences(box, opened.signal);
  let words = "";
  let heldUntil = 0;
  let now = null;

  async function open(address) {
    if ((await money.ask(Number(link.dataset.openText))) === "none") return false;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) return location.assign(address); // The browser says what is wrong, or the page of the text does.
    const html = await answer.text(); // What came is counted in budget.js.
    show(new DOMParser().parseFromString(html, "text/html").querySelector("[data-transcript]"));
    return true;
  }

  function show(text) {
    box.replaceChildren(document.importNode(text, true));
    for (const field of box.querySelectorAll("[name=back]")) field.value = "step"; // Whoever reads here stays here.
    lines.begin();
    bind(box.querySelector("[data-text-form]"));
    dispatchEvent(new Event("text"));
    now = null;
    heldUntil = 0;
    follow();
  }

  function bind(form) {
    if (!form) return;
    const { q } = form.elements;
    const other = () => [...form.querySelectorAll("option")].some((option) => option.selected !== option.defaultSelected);
    form.querySelector("[type=submit], button").hidden = true; // Each choice counts at once.
    q.placeholder = q.labels[0].textContent; // There is little room.
    q.labels[0].className = "vh";
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("change", async ({ target }) => {
      if (!target.matches("select") || !other()) return;
      const asked = new URLSearchParams(new FormData(form));
      asked.delete("q"); // What is looked for is found here, in all of the text.
      if (await open(`${form.action}?${asked}`)) box.querySelector(`[name="${target.name}"]`)?.focus({ preventScroll: true });
    });
    q.value = words;
    looking(box.firstElementChild, (typed) => (words = typed));
  }

  function follow() {
    const line = lines.at(video.currentTime + 0.2);
    if (!line || line === now) return;
    now?.removeAttribute("aria-current");
    line.setAttribute("aria-current", "true");
    now = line;
    if (words || performance.now() < heldUntil) return;
    pane.scrollTop += line.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 2;
  }

  function put() {
    const wide = matchMedia("(min-width: 62rem)").matches;
    section.replaceWith(place);
    if (wide) root.querySelector(".side").prepend(section);
    else root.querySelector("#player").after(section);
    section.classList.add("pane");
    close.hidden = false;
    const heading = section.querySelector("h2");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    (wide ? section : root.querySelector("#player")).scrollIntoView({ block: wide ? "nearest" : "start" });
  }

  function away() {
    opened.abort();
    place.replaceWith(section);
    section.classList.remove("pane");
    close.hidden = true;
    box.replaceChildren(link);
    link.focus();
  }

  const { signal } = opened;
  const held = () => (heldUntil = performance.now() + HELD);
  for (const moment of ["wheel", "touchmove", "keydown"]) pane.addEventListener(moment, held, { passive: true, signal });
  close.addEventListener("click", away, { signal });
  video.addEventListener("timeupdate", follow, { signal });
  return open(link.href).then((shown) => (shown ? put() : opened.abort()));
}
