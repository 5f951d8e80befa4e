// Choosing several conversations: X chooses the one that is open or has the focus, Shift and a click all between. Without a script the boxes work one by one.
const boxes = () => [...document.querySelectorAll(".inbox [name=c]")];
let last = null; // the box that was pressed before, for a range

function tell() {
  const count = boxes().filter(box => box.checked).length;
  for (const said of document.querySelectorAll("[data-many-count]")) said.textContent = count ? `${count} chosen` : "With those chosen";
}

export function useInbox() {
  document.addEventListener("click", event => {
    const all = event.target.closest("[data-many=all]");
    if (all) {
      for (const box of boxes()) box.checked = true;
      tell();
      return;
    }
    const box = event.target.closest(".inbox [name=c]");
    if (!box) return;
    const [list, from] = [boxes(), boxes().findIndex(one => one.id === last)];
    const to = list.indexOf(box);
    if (event.shiftKey && from >= 0) for (const one of list.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = box.checked;
    last = box.id;
    tell();
  });
  document.addEventListener("reset", event => { if (event.target.id === "many") setTimeout(tell); });
  document.addEventListener("keydown", event => {
    if (event.key.toLowerCase() !== "x" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog:modal")) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]")) return;
    const row = event.target.closest(".inbox li") ?? document.querySelector(".inbox .queue-item[aria-current=true]")?.closest("li") ?? document.querySelector(".inbox li:has([name=c])");
    row?.querySelector("[name=c]")?.click();
  });

  // A press is sent once, however often the button is.
  document.addEventListener("submit", event => {
    if (event.target.id !== "many") return;
    if (event.target.dataset.sent) event.preventDefault();
    event.target.dataset.sent = "true";
  });
  addEventListener("pageshow", () => { for (const form of document.querySelectorAll("#many")) delete form.dataset.sent; });
}

export function offerChoices(root) {
  for (const button of root.querySelectorAll("[data-many=all]")) button.hidden = false;
  tell();
}
