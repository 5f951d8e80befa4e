// Which panels somebody has opened: a list shows it, and a form carries only those. A panel counts from the moment it is shown.
const follow = (panel, opened) => {
  for (const shown of document.querySelectorAll(`[data-opened-of="${CSS.escape(panel)}"]`)) {
    if (shown instanceof HTMLInputElement) {
      shown.disabled = !opened;
    } else {
      shown.firstElementChild.hidden = !opened;
      shown.lastElementChild.hidden = opened;
    }
  }
};

// Before tabs hide any panel: from here on, only what is opened counts.
export function useOpened(root) {
  for (const panel of root.querySelectorAll("[data-tabs] .tab-panel")) follow(panel.id, false);
}

document.addEventListener("opened", event => follow(event.target.id, true), true);
