// Keys of the desk: / find, j k rows, x choose, Enter or o open, ? all keys. Off in fields, with
// modifier keys, and for whoever switches them off (kept on this device).
(() => {
  "use strict";
  const OFF = "desk-keys-off";
  const rows = () => [...document.querySelectorAll("[data-rows] > tr, [data-rows] > li")];
  const dialog = document.querySelector("[data-keys]");
  const isOff = () => {
    try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
  };
  let at = rows().findIndex((row) => row.classList.contains("is-here"));

  const go = (step) => {
    const all = rows();
    if (!all.length) return;
    at = Math.min(Math.max(at + step, 0), all.length - 1);
    all.forEach((row, place) => row.classList.toggle("is-at", place === at));
    all[at].querySelector("a[href]")?.focus({ preventScroll: true });
    all[at].scrollIntoView({ block: "nearest" });
  };
  const acts = {
    "/": () => document.querySelector("[data-key='/']")?.focus(),
    j: () => go(1),
    k: () => go(-1),
    x: () => rows()[at]?.querySelector("input[type=checkbox]")?.click(),
    o: () => rows()[at]?.querySelector("a[href]")?.click(),
    "?": () => dialog && !dialog.open && dialog.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.isComposing || isOff() || dialog?.open) return;
    const field = event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (field) {
      if (event.key === "Escape") field.blur();
      return;
    }
    const act = Object.hasOwn(acts, event.key) ? acts[event.key] : null;
    if (!act) return;
    event.preventDefault();
    act();
  });

  const opener = document.querySelector("[data-keys-open]");
  if (opener && dialog) {
    opener.hidden = false;
    opener.addEventListener("click", () => dialog.showModal());
    const isOn = dialog.querySelector("[data-keys-on]");
    isOn.checked = !isOff();
    isOn.addEventListener("change", () => {
      try {
        if (isOn.checked) localStorage.removeItem(OFF); else localStorage.setItem(OFF, "1");
      } catch { /* nothing is kept where nothing may be kept */ }
    });
  }

  const chosen = document.querySelector("[data-chosen]");
  if (chosen) {
    const boxes = [...document.querySelectorAll("input[name=order]")];
    const count = () => {
      const number = boxes.filter((box) => box.checked).length;
      boxes.forEach((box) => box.closest("tr")?.classList.toggle("is-chosen", box.checked));
      chosen.hidden = number === 0;
      chosen.textContent = (number === 1 ? chosen.dataset.one : chosen.dataset.many).replace("#", number);
    };
    boxes.forEach((box) => box.addEventListener("change", count));
    count();
  }
})();
