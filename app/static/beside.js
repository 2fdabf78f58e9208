/**
 * The sentence beside a field whose content the server could not read, as the page brings it when a form is refused; ""
 * takes it away, and with it the summary that said the same. The template has its place, #<id>-error, ready.
 */
export function tell(field, sentence) {
  const note = document.getElementById(`${field.id}-error`);
  note.hidden = !sentence;
  note.querySelector("span").textContent = sentence;
  field.closest(".field").classList.toggle("wrong", Boolean(sentence));
  field.setAttribute("aria-describedby", [`${field.id}-hint`, ...(sentence ? [note.id] : [])].join(" "));
  if (sentence) return field.setAttribute("aria-invalid", "true");
  field.removeAttribute("aria-invalid");
  document.querySelector(".summary")?.remove();
}
