// What every page does beyond plain forms and links. Nothing here is needed to get work done.
import { followChanges } from "./live.js";
import { useDialogs } from "./dialogs.js";
import { useEditors } from "./editor.js";
import { offerChoices, useInbox } from "./inbox.js";
import { useOpened } from "./opened.js";
import { keepPresses } from "./press.js";
import { useShortcuts } from "./shortcuts.js";
import { useTabs } from "./tabs.js";
import { useUploads } from "./upload.js";
import { useVerification } from "./verify.js";

const enhance = root => {
  useOpened(root);
  useTabs(root);
  useDialogs(root);
  useEditors(root);
  useUploads(root);
  useVerification(root);
  reachBoxesThatScroll(root);
  offerCopies(root);
  offerChoices(root);
};

// Copying needs a script, so its button shows only where one runs.
function offerCopies(root) {
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
}

// A box that scrolls sideways must be reachable from the keyboard, and only while it scrolls.
function reachBoxesThatScroll(root) {
  for (const box of root.querySelectorAll(".table-wrap, .scroll-x")) {
    const scrolls = box.scrollWidth > box.clientWidth;
    box.tabIndex = scrolls ? 0 : -1;
    if (scrolls) {
      box.setAttribute("role", "region");
      box.setAttribute("aria-label", box.querySelector("caption")?.textContent ?? box.dataset.name ?? "Scrolls sideways");
    } else {
      box.removeAttribute("tabindex");
      box.removeAttribute("role");
      box.removeAttribute("aria-label");
    }
  }
}

enhance(document);
useShortcuts();
useInbox();
followChanges();
keepPresses();
document.addEventListener("htmx:load", event => {
  if (event.target === document.body) return;
  enhance(event.target);
  useTabs(event.target.parentElement ?? document); // what came may itself be a set of tabs
});
addEventListener("resize", () => reachBoxesThatScroll(document));

// A menu closes when the attention goes elsewhere.
document.addEventListener("click", event => {
  for (const menu of document.querySelectorAll("details.nav-me[open], .tabbar details[open], details.filter-menu[open]"))
    if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("click", async event => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  field.select();
  await navigator.clipboard?.writeText(field.value);
  button.lastChild.textContent = "Copied";
});
