// Tells the server every 15 seconds that this order is open here, while the page is looked at,
// and whether a note is being written. Without JavaScript the page works the same, unannounced.
(() => {
  const place = document.querySelector("[data-presence]");
  const writing = document.getElementById("is-writing");
  const composer = document.querySelector("[data-composer] textarea");
  if (!place || !writing || !window.htmx) return;
  const report = () => document.visibilityState === "visible" && window.htmx.trigger(place, "presence");
  const write = (is) => {
    if (writing.value === is) return;
    writing.value = is;
    report();
  };
  setInterval(report, 15000);
  document.addEventListener("visibilitychange", report);
  if (composer) {
    composer.addEventListener("focus", () => write("1"));
    composer.addEventListener("blur", () => write("0"));
  }
})();
