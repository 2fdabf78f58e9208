/** A link with a second plays from there in the film that is on the page; without scripts it opens the film there. */
addEventListener("click", (event) => {
  const link = event.target.closest("[data-jump]");
  const film = document.querySelector("#preview video");
  if (!link || !film || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  film.currentTime = Number(link.dataset.jump);
  film.play().catch(() => {});
  film.scrollIntoView({ block: "nearest" });
});
