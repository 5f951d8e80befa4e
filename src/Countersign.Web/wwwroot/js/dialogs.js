// Links to a dialog open it as a modal: focus stays inside, Esc cancels, focus returns. The browser does all three.
export function useDialogs(root) {
  for (const dialog of root.querySelectorAll("dialog[data-open]"))
    if (!dialog.open) dialog.showModal();

  const named = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDialogElement && !named.open && root.contains(named)) {
    // The address is cleared first: a modal that is also the address's target would stay after it closes.
    location.hash = "";
    named.showModal();
  }
}

document.addEventListener("click", event => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialog)?.showModal();
  }
  const closer = event.target.closest("dialog [data-close]");
  if (closer) {
    event.preventDefault();
    closer.closest("dialog").close();
  }
});
