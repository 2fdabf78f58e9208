/** Keep the parts of a page fresh that say how far something has come. Without it there is a link "Refresh". */
import "./jump.js";

const SOON = 30000; // Within it the server has seen that a file comes; then what it says decides.
let next;
let awake = 0;
document.addEventListener("sending", () => {
  awake = performance.now() + SOON;
  clearTimeout(next);
  follow();
});
follow();

function follow() {
  const waits = [...document.querySelectorAll("[data-live]")].map((part) => Number(part.dataset.live)).filter(Boolean);
  if (performance.now() < awake) waits.push(3);
  if (waits.length) next = setTimeout(refresh, Math.min(...waits) * 1000);
}

async function refresh() {
  const fresh = document.hidden ? null : await fetched();
  if (fresh) for (const part of document.querySelectorAll("[data-live]")) put(part, fresh.getElementById(part.id));
  follow();
}

function put(part, fresh) {
  const typing = part.contains(document.activeElement) && document.activeElement.matches("input");
  if (!fresh || typing || fresh.outerHTML === part.outerHTML) return;
  const focused = part.contains(document.activeElement) ? document.activeElement.textContent : "";
  part.replaceWith(fresh);
  if (focused) [...fresh.querySelectorAll("a, button")].find((one) => one.textContent === focused)?.focus();
}

async function fetched() {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null; // Offline: the page stays as it is and asks again.
  }
}
