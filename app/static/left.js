/** The time left, from what the server said when it made the page. */
export function count(shown) {
  const end = performance.now() + Number(shown.dataset.left) * 1000;
  const show = () => {
    const seconds = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const minutes = Math.floor(seconds / 60);
    const parts = minutes < 60 ? [minutes] : [Math.floor(minutes / 60), String(minutes % 60).padStart(2, "0")];
    shown.textContent = [...parts, String(seconds % 60).padStart(2, "0")].join(":");
    if (seconds === 0) {
      clearInterval(timer);
      setTimeout(() => location.assign(shown.dataset.over), 2000);
    }
  };
  const timer = setInterval(show, 1000);
  show();
}
