/** Cards that learners show: read by the camera where the browser can, else typed; either works without network. */
const form = document.querySelector("form[data-cards]");
const roll = document.querySelector("form[data-attendance]");
const status = form?.querySelector("[role=status]");
const button = form?.querySelector("[data-camera]");
const PAUSE_MS = 250;

form?.addEventListener("submit", (event) => {
  const field = form.elements.card;
  const row = holder(field.value);
  if (!row) return; // the server says what is the matter
  event.preventDefault();
  note(row);
  field.value = "";
  field.focus();
});

function holder(text) {
  const code = text.normalize("NFKC").toUpperCase().replace(/[^A-Z0-9]/g, "");
  return code && roll?.querySelector(`[data-card="${code}"]`);
}

/** The line is ticked, and saved like one that was ticked by hand. */
function note(row) {
  const choice = row.querySelector("[value=present]");
  const name = row.querySelector("legend").textContent.trim();
  choice.checked = true;
  row.dispatchEvent(new CustomEvent("noted", { bubbles: true }));
  status.textContent = form.dataset.noted.replace("NAME", name);
}

async function watch() {
  button.hidden = true;
  const video = Object.assign(document.createElement("video"), { playsInline: true, muted: true });
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    status.textContent = form.dataset.blind;
    return;
  }
  form.append(video);
  await video.play();
  let last = null;
  for (;;) {
    const [found] = await detector.detect(video).catch(() => []);
    const row = found && holder(found.rawValue);
    if (row && row !== last) note((last = row));
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

if (button && "BarcodeDetector" in window && navigator.mediaDevices) {
  button.hidden = false;
  button.addEventListener("click", watch);
}
