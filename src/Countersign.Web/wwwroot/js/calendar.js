// Moving posts by pointer and by keyboard. The server says what a move would do before it is done; what it refuses goes back.
const dialog = document.getElementById("move-dialog");
const news = document.getElementById("move-news");
const slack = 6; // px a press may tremble before it is a drag
const say = words => { news.textContent = words; };
const cellsOf = card => [...(card.closest(".week, .month") ?? document.querySelector(".week, .month"))?.querySelectorAll("[data-day]") ?? []];

let card = null; // what is being moved
let home = null; // where it came from: { parent, next }
let drag = null; // { x, y, ghost } while a pointer holds it
let carried = null; // the day it hovers over while keys move it

const lift = moved => {
  card = moved;
  home = { parent: moved.parentElement, next: moved.nextSibling };
};

const markTarget = cell => {
  for (const marked of document.querySelectorAll(".drop-here")) if (marked !== cell) marked.classList.remove("drop-here");
  cell?.classList.add("drop-here");
};

// A card stays in the row of its account: moving is about when, not where.
const cellFor = day => {
  const own = card.closest(".cells")?.querySelector(`[data-day="${day}"]`);
  return own ?? cellsOf(card).find(cell => cell.dataset.day === day);
};

function putBack() {
  if (!card) return;
  markTarget(null);
  card.classList.remove("moving", "pending");
  home.parent.insertBefore(card, home.next);
  card = home = carried = null;
}

async function ask(day, from) {
  const address = new URL(card.dataset.move, location.href);
  address.searchParams.set("to", day);
  const moved = card;
  cellFor(day)?.append(moved);
  moved.classList.remove("moving");
  moved.classList.add("pending");
  markTarget(null);
  try {
    await show(await fetch(address, { headers: { "X-Dialog": "1" } }));
  } catch {
    say("The server did not answer. Nothing was moved.");
    fail("The server did not answer. Nothing was moved.");
  }
  from?.focus();
}

function fail(sentence) {
  putBack();
  const banner = document.createElement("div");
  banner.className = "banner banner-bad";
  banner.setAttribute("role", "alert");
  banner.textContent = sentence;
  document.querySelector(".page-body").prepend(banner);
}

// Signed out meanwhile: the answer is no part of a dialog.
async function show(answer) {
  const body = await answer.text();
  if (answer.status === 401 || !body.includes("move-form")) {
    if (answer.redirected && answer.ok) { location.assign(answer.url); return; }
    fail("This post is not here any more, or you are signed out. Nothing was moved.");
    return;
  }
  dialog.innerHTML = body;
  const form = dialog.querySelector("form");
  form.addEventListener("submit", send);
  for (const free of form.querySelectorAll("[data-date]")) free.addEventListener("click", event => {
    event.preventDefault();
    for (const name of ["date", "time", "zone"]) form.elements[name].value = free.dataset[name];
  });
  if (form.dataset.silent !== undefined) { form.requestSubmit(); return; }
  if (!dialog.open) dialog.showModal();
  (dialog.querySelector("#refusal") ?? form.elements.date ?? form.querySelector("[data-close]")).focus();
}

async function send(event) {
  event.preventDefault();
  try {
    const answer = await fetch(event.target.action, { method: "POST", body: new URLSearchParams(new FormData(event.target, event.submitter)), headers: { "X-Dialog": "1" } });
    if (answer.redirected && new URL(answer.url).pathname === "/calendar") { location.assign(answer.url); return; }
    await show(answer);
  } catch {
    dialog.close();
    fail("The server did not answer. Load the page again to see where the post stands.");
  }
}

dialog?.addEventListener("close", () => {
  if (!card) return;
  say(`${card.dataset.title} stays where it was.`);
  putBack();
});

// Pointer: a mouse or a pen drags; a finger scrolls, and has the form.
document.addEventListener("pointerdown", event => {
  const moved = event.target.closest("[data-move]");
  if (!moved || event.button !== 0 || event.pointerType === "touch" || card || event.target.closest(".ev-move, .btn")) return;
  drag = { x: event.clientX, y: event.clientY, moved, ghost: null };
});

document.addEventListener("pointermove", event => {
  if (!drag) return;
  if (!drag.ghost) {
    if (Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < slack) return;
    lift(drag.moved);
    const box = card.getBoundingClientRect();
    drag.ghost = card.cloneNode(true);
    drag.ghost.removeAttribute("data-move");
    drag.ghost.classList.add("drag-ghost");
    drag.ghost.style.width = `${Math.min(box.width, 320)}px`;
    drag.grip = { x: Math.min(drag.x - box.left, 300), y: drag.y - box.top };
    document.body.append(drag.ghost);
    document.body.classList.add("dragging");
    card.classList.add("moving");
  }
  event.preventDefault();
  drag.ghost.style.transform = `translate(${event.clientX - drag.grip.x}px, ${event.clientY - drag.grip.y}px)`;
  const under = document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-day]");
  markTarget(under ? cellFor(under.dataset.day) : null);
});

const drop = event => {
  if (!drag) return;
  const { ghost } = drag;
  drag = null;
  if (!ghost) return;
  ghost.remove();
  document.body.classList.remove("dragging");
  // The press ends over a link; it was not meant for it.
  addEventListener("click", click => { click.preventDefault(); click.stopPropagation(); }, { capture: true, once: true });
  setTimeout(() => dispatchEvent(new MouseEvent("click")), 0);
  const day = event.type === "pointerup" && document.querySelector(".drop-here")?.dataset.day;
  if (!day || day === card.dataset.postDay) putBack();
  else ask(day);
};
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", drop);
document.addEventListener("dragstart", event => { if (event.target.closest?.("[data-move]")) event.preventDefault(); });

// Keyboard: M picks up, arrows carry, Enter drops, Escape puts back.
const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
document.addEventListener("keydown", event => {
  if (event.key === "Escape" && (carried || drag?.ghost)) {
    event.preventDefault();
    say(`${card.dataset.title} stays where it was.`);
    if (drag) { drag.ghost.remove(); drag = null; document.body.classList.remove("dragging"); }
    const focus = card.querySelector("a") ?? card;
    putBack();
    focus.focus();
    return;
  }
  if (dialog?.open || event.ctrlKey || event.altKey || event.metaKey) return;
  if (!carried) {
    const moved = event.key === "m" && document.activeElement?.closest("[data-move]");
    if (!moved) return;
    event.preventDefault();
    event.stopPropagation();
    lift(moved);
    card.classList.add("moving");
    carried = card.dataset.postDay ?? cellsOf(card)[0]?.dataset.day;
    markTarget(cellFor(carried));
    say(`${card.dataset.title} is picked up. Arrow keys choose the day, Enter drops it, Escape puts it back.`);
    return;
  }
  event.preventDefault();
  event.stopPropagation();
  if (event.key === "Enter") {
    const day = carried;
    carried = null;
    if (day === card.dataset.postDay) putBack();
    else ask(day);
    return;
  }
  if (!(event.key in steps)) return;
  const days = [...new Set(cellsOf(card).map(cell => cell.dataset.day))].sort();
  const at = days.indexOf(carried) + steps[event.key];
  if (at < 0 || at >= days.length) { say("That day is not on this page."); return; }
  carried = days[at];
  const cell = cellFor(carried);
  markTarget(cell);
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  say(cell.dataset.says);
}, true);

document.getElementById("moved")?.focus();
