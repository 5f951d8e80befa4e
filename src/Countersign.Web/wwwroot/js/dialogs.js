// Links to a dialog open it as a modal: focus stays inside, Esc cancels, focus returns. The browser does all three.
function open(dialog) {
  if (!dialog || dialog.open) return;
  dialog.showModal();
  dialog.querySelector(".dialog-body :is(input:not([type=hidden]), textarea, select)")?.focus();
}

export function useDialogs(root) {
  root.querySelectorAll("dialog[data-open]").forEach(open);

  const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDialogElement && root.contains(named)) {
    // The address is cleared first: a modal that is also the address's target would stay after it closes.
    location.hash = "";
    open(named);
  }
}

document.addEventListener("click", event => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    open(document.getElementById(opener.dataset.dialog));
  }
  const closer = event.target.closest("dialog [data-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
});
