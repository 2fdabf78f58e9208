/** The sentence beside a field that is wrong, where and as the server would put it; "" takes it away. */
export function tell(field, sentence) {
  const id = `${field.id}-error`;
  const note = document.getElementById(id) ?? Object.assign(document.createElement("p"), { id, className: "error" });
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  if (sentence) field.before(note);
  else note.remove();
  note.textContent = sentence;
  field.closest(".field")?.classList.toggle("wrong", Boolean(sentence));
  put(field, "aria-describedby", [...others, ...(sentence ? [id] : [])].join(" "));
  put(field, "aria-invalid", sentence && "true");
  const { title } = document.body.dataset; // Without the "Error:" that the server put before it.
  if (title && !document.querySelector(".summary, .field .error")) document.title = title;
}

function put(field, name, value) {
  if (value) field.setAttribute(name, value);
  else field.removeAttribute(name);
}
