// What the shopper's pages do besides: refresh while somebody looks, keep "12 minutes ago" true,
// copy a number. Without it every page still says and does all that it has to.
(() => {
  const EVERY = 90_000;
  const opened = new Set();
  let asked = Date.now();

  function tellTimes() {
    const words = new Intl.RelativeTimeFormat(document.documentElement.lang);
    for (const time of document.querySelectorAll("time[data-ago]")) {
      const minutes = Math.round((Date.now() - new Date(time.dateTime)) / 60_000);
      const [count, unit] = minutes < 60 ? [Math.max(minutes, 1), "minute"]
        : minutes < 1440 ? [Math.round(minutes / 60), "hour"] : [Math.round(minutes / 1440), "day"];
      time.textContent = words.format(-count, unit);
    }
  }

  function showCopies() {
    if (!navigator.clipboard) return;
    for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  }

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.querySelector("span").textContent = button.dataset.done;
    const news = document.getElementById("news");
    if (news) news.textContent = button.dataset.done;
  });

  // Nobody looks, nobody asks; whoever comes back to the page is told at once.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.id !== "live") return;
    if (document.hidden) event.preventDefault();
    else asked = Date.now();
  });
  document.addEventListener("visibilitychange", () => {
    const live = document.getElementById("live");
    if (!document.hidden && live && window.htmx && Date.now() - asked > EVERY) {
      window.htmx.trigger(live, "refresh");
    }
  });

  // What was unfolded stays so when its part of the page is exchanged.
  document.addEventListener("htmx:beforeSwap", () => {
    opened.clear();
    for (const part of document.querySelectorAll("#live details[open]")) opened.add(part.id);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const part of document.querySelectorAll("#live details")) {
      if (opened.has(part.id)) part.open = true;
    }
    showCopies();
  });

  showCopies();
  tellTimes();
  setInterval(tellTimes, 60_000);
})();
