// Keys, as listed under "?". A control names its key in data-key; a place to go names its letter in data-go.
const inField = target => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");
const shown = control => control.checkVisibility() && control.getAttribute("aria-disabled") !== "true";
const press = selector => {
  const control = [...(document.querySelector("dialog:modal") ?? document).querySelectorAll(selector)].find(shown);
  control?.click();
  return Boolean(control);
};

function move(by) {
  const items = [...document.querySelectorAll(".queue-item")];
  const at = items.findIndex(item => item.getAttribute("aria-current") === "true");
  items[Math.min(Math.max(at + by, 0), items.length - 1)]?.click();
}

export function useShortcuts() {
  let going = 0; // until when a letter after G counts, in ms since the page opened

  document.addEventListener("keydown", event => {
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.isComposing || event.metaKey) return;

    if (event.ctrlKey) {
      const chord = event.shiftKey && key === "l" ? "ctrl+shift+l" : key === "Enter" ? "ctrl+enter" : null;
      if (chord && press(`[data-key="${chord}"]`)) event.preventDefault();
      return;
    }
    if (event.altKey) {
      if (/^[1-9]$/.test(key) && press(`[data-use][value="${key}"]`)) event.preventDefault();
      return;
    }
    if (inField(event.target) || key.length !== 1) return;

    if (performance.now() < going) {
      going = 0;
      const place = document.querySelector(`[data-go="${CSS.escape(key.toUpperCase())}"]`);
      if (place) { event.preventDefault(); place.click(); }
      return;
    }
    if (key === "g") going = performance.now() + 1500;
    else if (key === "?") document.getElementById("shortcuts")?.showModal();
    else if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key === "n") location.assign("/compose");
    else if (press(`[data-key="${CSS.escape(key)}"]`)) event.preventDefault();
  });
}
