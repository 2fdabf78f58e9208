/** Say that a part of the chosen file is at the server already, and let the person begin anew instead. */
export class Offer {
  constructor(form, button) {
    this.root = form.querySelector("[data-offer]");
    this.button = button;
    this.plain = button.textContent;
  }

  make(before, title, anew) {
    const { offer, goOn } = this.root.dataset;
    const language = document.documentElement.lang;
    const values = {
      part: new Intl.NumberFormat(language, { style: "percent" }).format(before.offset / before.size),
      title: `\u2068${before.title || before.file_name}\u2069`,
      day: new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "long" }).format(new Date(before.expires)),
    };
    const text = Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, value), offer);
    this.root.querySelector("p").textContent = text;
    this.root.querySelector("button").onclick = () => { anew(); this.withdraw(); };
    this.root.hidden = false;
    this.button.textContent = goOn;
    if (title && !title.value.trim()) title.value = before.title;
  }

  withdraw() {
    this.root.hidden = true;
    this.button.textContent = this.plain;
  }
}
