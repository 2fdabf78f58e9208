/** Keep the parts of a page fresh that say how far something has come. Without it there is a link "Refresh". */
for (const part of document.querySelectorAll("[data-live]")) follow(part);

function follow(part) {
  const seconds = Number(part.dataset.live);
  if (seconds > 0) setTimeout(() => refresh(part), seconds * 1000);
}

async function refresh(part) {
  const busy = document.hidden || part.contains(document.activeElement) && document.activeElement.matches("input");
  const fresh = busy ? null : await fetched(part.id);
  if (!fresh) return follow(part);
  const focused = part.contains(document.activeElement) ? document.activeElement.textContent : "";
  part.replaceWith(fresh);
  if (focused) [...fresh.querySelectorAll("a, button")].find((one) => one.textContent === focused)?.focus();
  follow(fresh);
}

async function fetched(id) {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (!answer.ok || answer.redirected) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
  } catch {
    return null; // Offline: the page stays as it is and asks again.
  }
}
