// The compose form: a picture is sent as soon as it is chosen; what could not be kept is said beside the title.
import { problemOf, say, send } from "./upload.js";

const form = document.getElementById("compose");
const wrong = document.getElementById("picture-error");

form?.addEventListener("change", async event => {
  const field = event.target;
  if (!field.dataset.picture || field.files.length === 0) return;
  const file = field.files[0];
  const most = Number(field.dataset.picture);
  wrong.textContent = "";
  if (file.size > most) {
    wrong.textContent = `${file.name} has ${(file.size / 1048576).toFixed(1)} MB; ${most / 1048576} MB is the most. Nothing was sent.`;
    field.value = "";
    return;
  }
  if ("sending" in form.dataset) return;
  const box = document.getElementById("upload-box");
  try {
    const sent = send(form, document.getElementById(field.dataset.send).formAction, box, file.name);
    field.disabled = true;
    const answer = await sent;
    if (answer !== null) take(new DOMParser().parseFromString(answer.responseText, "text/html"));
  } catch (fault) {
    say(box, fault.message);
  } finally {
    field.disabled = false;
    field.value = "";
  }
});

// What was typed while the picture was on its way stays: only the list of pictures comes from the page that was sent back.
function take(page) {
  const fresh = page.getElementById("pictures-box");
  if (!fresh) {
    wrong.textContent = "The server did not take it. Save your words, then load the page again.";
    return;
  }
  wrong.textContent = problemOf(page);
  const box = document.getElementById("pictures-box");
  const typed = new Map([...box.querySelectorAll("[data-sha]")].map(item => [item.dataset.sha, [...item.querySelectorAll("textarea, input[type=text]")].map(field => field.value)]));
  box.replaceChildren(...document.importNode(fresh, true).childNodes);
  for (const item of box.querySelectorAll("[data-sha]"))
    typed.get(item.dataset.sha)?.forEach((value, at) => { [...item.querySelectorAll("textarea, input[type=text]")][at].value = value; });
  form.dispatchEvent(new Event("change", { bubbles: true }));
  box.querySelector(".media-item:last-of-type textarea")?.focus();
}

form?.addEventListener("submit", event => {
  if (!("sending" in form.dataset)) return;
  event.preventDefault();
  say(document.getElementById("upload-box"), "A picture is still on its way. Wait for it, or cancel it.");
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
(document.getElementById("refusal") ?? document.getElementById("done"))?.focus();

// Others see that this tab is writing. It says so every ten seconds, and says goodbye; one that dies falls silent.
const tab = document.getElementById("tab");
if (tab) {
  tab.value = Math.random().toString(36).slice(2);
  const greeting = () => {
    const words = new FormData();
    words.set("__RequestVerificationToken", form.querySelector("[name=__RequestVerificationToken]").value);
    words.set("tab", tab.value);
    return words;
  };
  const speak = async () => {
    if (document.hidden) return;
    try {
      // Said by the page, not by the person: it does not count as using the session.
      const answer = await fetch(`${form.getAttribute("action")}/here`, { method: "POST", body: greeting(), headers: { "X-By-Itself": "1" } });
      if (answer.ok && !answer.redirected) document.getElementById("presence").innerHTML = await answer.text();
    } catch {
      // Somebody left the page meanwhile, or the server is away: the next word comes in ten seconds.
    }
  };
  const goodbye = () => navigator.sendBeacon(`${form.getAttribute("action")}/gone`, greeting());
  if (document.readyState === "complete") speak(); else addEventListener("load", speak);
  setInterval(speak, 10_000);
  document.addEventListener("visibilitychange", () => { if (document.hidden) goodbye(); else speak(); });
  addEventListener("pagehide", goodbye);
}
