// A form that sends a long file: how much has gone, how much is left. Without this script it is a plain form.

function size(bytes) {
  return `${(bytes / 1048576).toFixed(bytes < 10485760 ? 1 : 0)} MB`;
}

function send(form, state) {
  const output = state.querySelector("output");
  const begun = performance.now();
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const seconds = ((performance.now() - begun) / 1000) * (total / loaded - 1);
    const left = seconds > 90 ? `${Math.round(seconds / 60)} min` : `${Math.max(1, Math.round(seconds))} s`;
    output.textContent = `${Math.floor((100 * loaded) / total)} % · ${size(loaded)} / ${size(total)} · ${left}`;
  });
  request.addEventListener("load", () => {
    removeEventListener("beforeunload", stay);
    if (request.status < 400) {
      location.assign(request.responseURL);
      return;
    }
    const answer = new DOMParser().parseFromString(request.responseText, "text/html");
    document.querySelector("main").replaceWith(answer.querySelector("main"));
    listen();
  });
  request.addEventListener("error", () => {
    removeEventListener("beforeunload", stay);
    form.submit(); // as a plain form: the browser then says what is wrong
  });
  addEventListener("beforeunload", stay);
  state.hidden = false;
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  request.open("POST", form.action);
  request.send(new FormData(form));
}

function stay(event) {
  event.preventDefault();
}

function listen() {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    form.addEventListener("submit", (event) => {
      const file = form.querySelector("input[type=file]");
      const state = form.querySelector(".upload-state");
      if (!file?.files.length || !state) return;
      event.preventDefault();
      send(form, state);
    });
  }
}

listen();
