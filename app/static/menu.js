/** What is folded in the menu closes by Escape and by a press anywhere else. Without it the word that opened it closes it. */
const more = document.querySelector(".menu details");

function close() {
  more.open = false;
}

if (more) {
  document.addEventListener("pointerdown", ({ target }) => more.contains(target) || close());
  more.addEventListener("focusout", ({ relatedTarget }) => relatedTarget && !more.contains(relatedTarget) && close());
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !more.open) return;
    if (more.contains(document.activeElement)) more.querySelector("summary").focus();
    close();
  });
}
