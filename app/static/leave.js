/**
 * Leaving for another page of this site by a link or a form: `last` comes first, and the next page, which tells of it, is
 * asked for once that is done or has taken too long. What else a click can mean (another tab, a download, a place on this
 * page, something that a script answers) stays with the browser.
 */
const PATIENCE = 300;
let going = false;

export function beforeLeaving(last) {
  const first = async (event, then) => {
    event.preventDefault();
    going = true;
    await Promise.race([last().catch(() => {}), new Promise((enough) => setTimeout(enough, PATIENCE))]);
    then();
    going = false;
  };
  addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href]");
    if (link && !going && plain(event) && leaves(link)) first(event, () => location.assign(link.href));
  });
  addEventListener("submit", (event) => {
    const { target: form, submitter } = event;
    const where = submitter?.getAttribute("formtarget") ?? form.getAttribute("target");
    if (going || event.defaultPrevented || !form.requestSubmit || form.method === "dialog" || !here(where)) return;
    first(event, () => form.requestSubmit(submitter));
  });
}

function plain(event) {
  return !event.defaultPrevented && event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
}

function leaves(link) {
  const samePage = link.hash && link.href.split("#")[0] === location.href.split("#")[0];
  return link.origin === location.origin && here(link.target) && !link.hasAttribute("download") && !samePage;
}

function here(target) {
  return !target || target === "_self";
}
