// The compose form: a picture is sent as soon as it is chosen; what could not be kept is said beside the title.
const form = document.getElementById("compose");
const wrong = document.getElementById("picture-error");

form?.addEventListener("change", event => {
  const field = event.target;
  if (!field.dataset.picture || field.files.length === 0) return;
  const file = field.files[0];
  const most = Number(field.dataset.picture);
  if (file.size > most) {
    wrong.textContent = `${file.name} has ${(file.size / 1048576).toFixed(1)} MB; ${most / 1048576} MB is the most. Nothing was sent.`;
    field.value = "";
    return;
  }
  form.requestSubmit(document.getElementById(field.dataset.send));
});

// Findings are about the words they were asked for. While newer words are still unchecked, nothing old stands in the
// way of sending: the server looks at what is sent anyway.
let changed = 0; // ms since the page opened
let asked = 0;
for (const kind of ["input", "change"]) form?.addEventListener(kind, () => {
  changed = performance.now();
  form.dataset.unchecked = "";
});
document.addEventListener("htmx:beforeRequest", event => { if (event.detail.target.id === "findings") asked = performance.now(); });
document.addEventListener("htmx:afterSwap", event => { if (event.detail.target.id === "findings" && changed <= asked) delete form.dataset.unchecked; });

// A button that is drawn anew between press and release loses the press: what is the same stays.
document.addEventListener("htmx:oobBeforeSwap", event => {
  if (event.detail.fragment.innerHTML === event.detail.target.innerHTML) event.detail.shouldSwap = false;
});

const notKept = event => {
  if (event.detail.elt.id !== "keeper") return;
  const warning = document.createElement("b");
  warning.className = "bad medium";
  warning.textContent = "Not kept: the server did not answer. Copy your words before you close the tab.";
  document.getElementById("kept").replaceChildren(warning);
};
document.addEventListener("htmx:sendError", notKept);
document.addEventListener("htmx:responseError", notKept);

// A finding that somebody opened stays open when the margin comes anew: rules keep their names, numbers move.
const rules = details => details.querySelector(".mono")?.textContent;
let opened = [];
document.addEventListener("htmx:beforeSwap", ({ detail: { target } }) => {
  if (target.id === "findings") opened = [...target.querySelectorAll("details[open]")].map(rules);
});
document.addEventListener("htmx:afterSwap", ({ detail: { target } }) => {
  if (target.id !== "findings") return;
  for (const finding of target.querySelectorAll("details")) if (opened.includes(rules(finding))) finding.open = true;
});

// A refusal is what to read first.
document.getElementById("refusal")?.focus();
