// Sends a form with files and shows how far it is. Without this, the browser sends the same form by itself.
// A form that sends is busy: a second press changes nothing, and leaving the page stops the upload.
const megabytes = bytes => `${(bytes / 1_000_000).toFixed(1)} MB`;

/** @returns {Promise<XMLHttpRequest|null>} the answer; null where somebody cancelled it. Rejects where the server could not be reached. */
export function send(form, address, box, what) {
  const [status, progress] = [box.querySelector("[data-upload-status]"), box.querySelector("progress")];
  const wrong = box.querySelector("[data-upload-wrong]");
  const request = new XMLHttpRequest();
  const far = status.querySelector("[data-upload-far]");
  status.querySelector("[data-upload-what]").textContent = what;
  far.textContent = "";
  progress.value = 0;
  wrong.hidden = true;
  status.hidden = false;
  form.dataset.sending = "";
  const cancel = status.querySelector("[data-upload-cancel]");
  const stop = () => request.abort();
  cancel.addEventListener("click", stop);
  const done = () => {
    cancel.removeEventListener("click", stop);
    status.hidden = true;
    delete form.dataset.sending;
  };
  return new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
      if (!lengthComputable) return;
      progress.value = loaded / total;
      far.textContent = loaded < total ? `${megabytes(loaded)} of ${megabytes(total)}` : "The server looks at it";
    });
    request.addEventListener("load", () => { done(); resolve(request); });
    request.addEventListener("abort", () => { done(); resolve(null); });
    request.addEventListener("error", () => { done(); reject(new Error("The server did not answer. Nothing was added; try again.")); });
    request.open("POST", address);
    request.send(new FormData(form));
  });
}

export const say = (box, sentence) => {
  const wrong = box.querySelector("[data-upload-wrong]");
  wrong.textContent = sentence;
  wrong.hidden = false;
};

/** What the page that came back says is wrong. */
export const problemOf = page => [...page.querySelectorAll("[data-upload-error]")].map(said => said.textContent.trim()).filter(Boolean).join(" ");

export function useUploads(root) {
  for (const form of root.querySelectorAll("form[data-upload]:not([data-ready])")) {
    form.dataset.ready = "";
    form.addEventListener("submit", async event => {
      event.preventDefault();
      if ("sending" in form.dataset) return;
      const field = form.querySelector("input[type=file]");
      const tooLarge = [...field.files].find(file => file.size > Number(field.dataset.most));
      if (tooLarge) return say(form, `${tooLarge.name} has ${(tooLarge.size / 1048576).toFixed(1)} MB; ${Number(field.dataset.most) / 1048576} MB is the most. Nothing was sent.`);
      const what = field.files.length === 1 ? field.files[0].name : `${field.files.length} pictures`;
      try {
        const answer = await send(form, form.action, form, what);
        if (answer === null) return;
        if (answer.status < 400) return location.assign(answer.responseURL);
        say(form, problemOf(new DOMParser().parseFromString(answer.responseText, "text/html")) || "The server refused it. Nothing was added.");
      } catch (fault) {
        say(form, fault.message);
      }
    });
  }
}

addEventListener("beforeunload", event => { if (document.querySelector("form[data-sending]")) event.preventDefault(); });
