// Panels under a row of links become tabs: one panel at a time, arrow keys move, the first tab is in the tab order.
const picked = new Map(); // by the name of the list, what was picked by hand, for when the server sends it anew

export function useTabs(root) {
  for (const set of root.querySelectorAll("[data-tabs]:not([data-ready])")) {
    const list = set.querySelector("[data-tab-list]");
    const tabs = [...list.querySelectorAll("a")];
    const panelOf = tab => document.getElementById(tab.hash.slice(1));
    list.setAttribute("role", "tablist");

    const pick = (tab, byHand) => {
      for (const other of tabs) {
        const chosen = other === tab;
        other.setAttribute("aria-selected", chosen);
        other.tabIndex = chosen ? 0 : -1;
        panelOf(other).hidden = !chosen;
      }
      if (byHand) {
        picked.set(list.getAttribute("aria-label"), tab.hash);
        tab.focus();
      }
      // Pages note what somebody has seen: hx-trigger="opened once" on the panel.
      panelOf(tab).dispatchEvent(new CustomEvent("opened", { bubbles: false }));
    };

    for (const tab of tabs) {
      const panel = panelOf(tab);
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      tab.id ||= `${panel.id}-tab`;
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      tab.addEventListener("click", event => { event.preventDefault(); pick(tab, true); });
    }
    list.addEventListener("keydown", event => {
      const at = tabs.indexOf(document.activeElement);
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (to === undefined || at < 0) return;
      event.preventDefault();
      pick(tabs[(to + tabs.length) % tabs.length], true);
    });

    const wanted = [picked.get(list.getAttribute("aria-label")), location.hash];
    const named = tabs.find(tab => wanted.includes(tab.hash));
    set.dataset.ready = "";
    pick(named ?? tabs[0], false);
  }
}
