/* The brand editor's own comforts; all of it works without. */
"use strict";

/* The picker and the typed colour are one. */
const typed = document.getElementById("id_colour");
const picked = document.getElementById("id_colour_picked");
if (typed && picked) {
  picked.addEventListener("input", () => { typed.value = picked.value; });
  typed.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(typed.value)) picked.value = typed.value;
  });
}

/* A saved draft is shown at once; the frames stay where they are scrolled to. */
document.addEventListener("look-changed", () => {
  for (const frame of document.querySelectorAll(".preview iframe")) frame.contentWindow.location.reload();
});

/* A button waits for the draft that is just being saved, so that it goes on from there. */
const form = document.getElementById("look-form");
if (form) {
  let isSaving = false;
  let pressed = null;
  form.addEventListener("htmx:beforeRequest", (event) => { if (event.target === form) isSaving = true; });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== form) return;
    isSaving = false;
    if (pressed) form.requestSubmit(pressed);
  });
  form.addEventListener("submit", (event) => {
    if (!isSaving) return;
    event.preventDefault();
    pressed = event.submitter;
  });
}

/* Records are copied with one press. */
const showCopiers = () => {
  for (const button of document.querySelectorAll("[data-copy][hidden]")) {
    button.hidden = !navigator.clipboard;
    button.addEventListener("click", () => navigator.clipboard.writeText(button.dataset.copy));
  }
};
showCopiers();
document.addEventListener("htmx:afterSettle", showCopiers);
