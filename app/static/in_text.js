/**
 * Where the text is read alone its search stays in place too. Another language is asked of the server, and so is all where
 * the page holds only what was looked for.
 */
const form = document.querySelector("[data-text-form]");
const q = form?.elements.q;
const languages = () => [...form.querySelectorAll("select")].map(({ value }) => value).join();
const before = form && languages();
let here = false;

if (q && !q.defaultValue) {
  q.addEventListener("input", begin, { once: true });
  if (q.value) begin(); // a browser that went back
  form.addEventListener("submit", (event) => here && languages() === before && event.preventDefault());
}

async function begin() {
  here = true;
  const came = await import("./transcript.js").catch(() => null);
  if (came) came.looking(form.closest("[data-transcript]"));
  else here = false; // The server finds it.
}
