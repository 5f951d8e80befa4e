// Pages that follow what happens draw pieces of themselves anew. A link that is drawn anew between press and release
// loses the press; it is given to the one that stands in its place. Buttons keep to the browser's rule: whoever signs
// or sends does it on what they saw.
export function keepPresses() {
  let pressed = null;
  document.addEventListener("pointerdown", event => { pressed = event.button === 0 ? linkAt(event) : null; });
  document.addEventListener("pointerup", event => {
    const [before, now] = [pressed, linkAt(event)];
    pressed = null;
    if (before && now && !before.isConnected && before.href === now.href && before.textContent === now.textContent) now.click();
  });
}

const linkAt = event => event.target.closest("a[href]");
