/**
 * The sentences of a transcript: a click or Enter leads to where one is said. By keyboard they are one stop, between them
 * the arrows move; it stands at the sentence that is said until somebody goes elsewhere.
 */
export function sentences(box, signal) {
  let all = [];

  function begin() {
    all = [...box.querySelectorAll("[data-at]")].map((node) => ({ node, at: Number(node.dataset.at) }));
    for (const { node } of all) {
      node.setAttribute("role", "button");
      node.tabIndex = -1;
    }
    if (!all.length) return;
    all[0].node.tabIndex = 0;
    const group = box.firstElementChild;
    group.setAttribute("role", "group");
    group.setAttribute("aria-describedby", "moves");
  }

  function at(second) {
    const node = all.filter((line) => line.at <= second).pop()?.node;
    if (node && !box.contains(document.activeElement)) stop(node);
    return node;
  }

  function stop(node) {
    for (const line of all) line.node.tabIndex = line.node === node ? 0 : -1;
  }

  function jump(node) {
    dispatchEvent(new CustomEvent("jump", { detail: Number(node.dataset.at) }));
  }

  function move(event) {
    const node = event.target.closest("[data-at]");
    if (!node || event.altKey || event.ctrlKey || event.metaKey) return;
    const shown = all.map((line) => line.node).filter((line) => !line.closest("[hidden]"));
    const place = shown.indexOf(node);
    const there = { ArrowDown: place + 1, ArrowUp: place - 1, Home: 0, End: shown.length - 1 }[event.key];
    if (event.key === "Enter" || event.key === " ") jump(node);
    else if (there === undefined) return;
    else if (shown[there]) {
      stop(shown[there]);
      shown[there].focus();
    }
    event.preventDefault();
  }

  box.addEventListener("keydown", move, { signal });
  box.addEventListener("click", (event) => {
    const node = event.target.closest("[data-at]");
    if (!node || String(getSelection())) return;
    stop(node);
    jump(node);
  }, { signal });
  return { at, begin };
}
