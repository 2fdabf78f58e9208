/** Of a long list only the lines whose names hold what is typed; capitals and accents do not count. */
const box = document.querySelector("[data-find]");
const lines = [...document.querySelectorAll(".roll > li")];

box?.addEventListener("input", ({ target }) => {
  const wanted = folded(target.value);
  for (const line of lines) line.hidden = !folded(line.querySelector("legend").textContent).includes(wanted);
});
if (box) box.hidden = false;

function folded(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().trim();
}
