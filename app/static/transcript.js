/**
 * The text beside the recording: fetched when somebody opens it, follows what is said, and leads back into it. Search and
 * languages work in place. Without it the text is a page of its own.
 */
export function transcript(root, video, money, link) {
  const box = link.parentElement;
  let lines = [];
  let now = null;

  async function open(address) {
    if ((await money.ask(Number(link.dataset.openText))) === "none") return;
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) return location.assign(address); // The browser says what is wrong, or the page of the text does.
    const html = await answer.text();
    money.count(html.length);
    show(new DOMParser().parseFromString(html, "text/html").querySelector("[data-transcript]"));
  }

  function show(text) {
    box.replaceChildren(document.importNode(text, true));
    lines = [...box.querySelectorAll("[data-at]")].map((node) => ({ node, at: Number(node.dataset.at) }));
    const form = box.querySelector("[data-text-form]");
    form?.addEventListener("submit", (event) => {
      event.preventDefault();
      open(`${form.action}?${new URLSearchParams(new FormData(form))}`);
    });
    form?.addEventListener("change", (event) => event.target.matches("select") && form.requestSubmit());
    form?.elements.q.addEventListener("input", () => search(form.elements.q.value));
    if (matchMedia("(min-width: 62rem)").matches) root.querySelector(".side").prepend(box);
    box.querySelector("input, select, a")?.focus({ preventScroll: true });
    now = null;
    follow();
    dispatchEvent(new Event("text"));
  }

  /** What holds the words stays; accents and capitals do not matter. */
  function search(words) {
    const wanted = plain(words.trim());
    const all = [...box.querySelectorAll("[data-said]")];
    const found = all.filter((line) => !(line.hidden = !plain(line.textContent).includes(wanted)));
    const said = box.querySelector("[data-found]");
    const text = found.length === 1 ? said.dataset.one : found.length ? said.dataset.many : said.dataset.none;
    said.textContent = wanted ? text.replace("{num}", found.length) : "";
  }

  function follow() {
    const second = video.currentTime;
    const line = lines.filter(({ at }) => at <= second + 0.2).pop()?.node;
    if (!line || line === now) return;
    now?.removeAttribute("aria-current");
    line.setAttribute("aria-current", "true");
    now = line;
    const pane = box.firstElementChild;
    const away = pane.scrollHeight > pane.clientHeight && !box.contains(document.activeElement) && !box.matches(":hover");
    if (away) pane.scrollTop += line.getBoundingClientRect().top - pane.getBoundingClientRect().top - pane.clientHeight / 3;
  }

  box.addEventListener("click", (event) => {
    const line = event.target.closest("[data-at]");
    if (!line || String(getSelection())) return;
    dispatchEvent(new CustomEvent("jump", { detail: Number(line.dataset.at) }));
  });
  video.addEventListener("timeupdate", follow);
  return open(link.href);
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
