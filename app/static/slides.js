/** The slides over the voice: the picture that belongs to the second that plays, and the next one shortly before it comes. */
const BEFORE = 3; // seconds

let pictures = null;

export async function slides(root, video) {
  if (pictures) return;
  pictures = [];
  const { slides: address, slideWord } = root.dataset;
  const text = await fetch(address).then((answer) => answer.text()).catch(() => "");
  pictures = [...text.matchAll(/([\d:.]+) --> ([\d:.]+)\n(\S+)/g)].map(([, start, end, name]) => ({
    start: seconds(start), end: seconds(end),
    get url() { return new URL(name, new URL(root.dataset.slides, location)).href; }, // It is renewed in a long pause.
  }));
  const shown = root.querySelector("[data-slide]");
  const say = () => {
    if (!root.querySelector("#player").classList.contains("slides")) return;
    const second = video.currentTime || Number(root.dataset.start); // It stands at 0 before it begins elsewhere.
    const place = pictures.findIndex(({ start, end }) => start <= second && second < end);
    const picture = pictures[place < 0 ? pictures.length - 1 : place];
    if (picture && shown.src !== picture.url) {
      shown.src = picture.url;
      shown.alt = slideWord.replace("{number}", place + 1).replace("{all}", pictures.length);
    }
    const next = pictures[place + 1];
    if (next && !next.asked && next.start - second < BEFORE) {
      next.asked = new Image();
      next.asked.src = next.url;
    }
  };
  for (const moment of ["timeupdate", "seeked", "loadedmetadata"]) video.addEventListener(moment, say);
  say();
}

function seconds(clock) {
  return clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
