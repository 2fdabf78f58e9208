/** One entry of the outbox on its way. It says when it was made and when it leaves, both by the clock of this device. */
const KEEPALIVE_LIMIT = 60000; // browsers refuse more in requests that outlive the page

export function post({ id, method, url, body, madeAt }, token = "") {
  const text = JSON.stringify(body);
  const named = { "X-CSRFToken": token, "X-Entry-Id": id, "X-Made-At": madeAt, "X-Sent-At": now() };
  const headers = { "Content-Type": "application/json", Accept: "application/json", ...named };
  return fetch(url, { method, body: text, keepalive: text.length < KEEPALIVE_LIMIT, headers });
}

export async function told(response) {
  return { sent: response.ok, status: response.status, answer: await response.json().catch(() => null) };
}

export function now() {
  return new Date().toISOString();
}
