// A real text box with marks drawn on a layer under it. The server finds; htmx brings a new layer; between two answers
// this keeps the marks on their words while somebody types. Marks carry data-start and data-length, in UTF-16 units.
export function useEditors(root) {
  for (const box of root.querySelectorAll("textarea[data-marks]:not([data-ready])")) {
    box.dataset.ready = "";
    let last = box.value;
    const count = document.getElementById(`${box.id}-count`);
    const layer = () => document.getElementById(box.dataset.marks);
    const show = () => {
      if (count) count.textContent = `${[...new Intl.Segmenter("en-GB").segment(box.value)].length} characters`;
      if (layer()) layer().scrollTop = box.scrollTop;
    };
    box.addEventListener("input", () => {
      if (layer()) draw(layer(), box.value, keep(spansOf(layer()), last, box.value));
      last = box.value;
      show();
    });
    box.addEventListener("scroll", show);
    show();
  }
}

const spansOf = layer => [...layer.querySelectorAll("mark")].map(mark => ({
  mark, start: Number(mark.dataset.start), length: Number(mark.dataset.length),
}));

/** Marks before the change stay, marks after it move along, marks that it touches go until the next answer. */
function keep(spans, before, after) {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const end = before.length - tail;
  return spans.flatMap(span =>
    span.start + span.length <= head ? [span]
    : span.start >= end ? [{ ...span, start: span.start + after.length - before.length }]
    : []);
}

function draw(layer, text, spans) {
  const pieces = [];
  let at = 0;
  for (const { mark, start, length } of spans.sort((a, b) => a.start - b.start)) {
    if (start < at) continue;
    const fresh = mark.cloneNode(false);
    fresh.dataset.start = start;
    fresh.append(text.slice(start, start + length), ...mark.querySelectorAll("sup"));
    pieces.push(text.slice(at, start), fresh);
    at = start + length;
  }
  // The last line of a text box is a line even when it is empty.
  layer.replaceChildren(...pieces, text.slice(at) + "\n");
}

// "Use" puts the suggestion where the words are, as if it had been typed: it can be undone.
document.addEventListener("click", event => {
  const use = event.target.closest("[data-use]");
  const box = use && document.getElementById(use.dataset.for);
  if (!box) return;
  const words = use.dataset.words;
  const near = Number(use.dataset.start);
  const start = box.value.slice(near, near + words.length) === words ? near : box.value.indexOf(words);
  if (start < 0) return;
  event.preventDefault();
  box.focus();
  box.setSelectionRange(start, start + words.length);
  if (!document.execCommand("insertText", false, use.dataset.use)) {
    box.setRangeText(use.dataset.use);
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
});

// Somebody who presses Send with something to fix is led to the box that says what.
document.addEventListener("click", event => {
  const send = event.target.closest("[data-blocked-by]");
  const blockers = send && document.getElementById(send.dataset.blockedBy);
  if (!blockers || send.form?.hasAttribute("data-unchecked")) return;
  event.preventDefault();
  blockers.focus();
});
