// Requests to the archive from a page that stays open for hours: what can go wrong, and the form's token anew.

/** A request that was not granted. `status` is 0 where no answer came; `sentence` is what the archive says. */
export class Trouble extends Error {
  constructor(status, sentence = "", wait = null) {
    super(sentence || `status ${status}`);
    Object.assign(this, { status, sentence, wait });
  }
}

let token = null;

export function csrfToken() {
  token ??= document.querySelector("[name=csrfmiddlewaretoken]").value;
  return token;
}

/** The token changes with every log-in: the one of this page, as somebody who has logged in again gets it. */
export async function renewToken() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => { throw new Trouble(0); });
  if (new URL(answer.url).pathname !== location.pathname) throw new Trouble(401);
  if (!answer.ok) throw new Trouble(answer.status);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  token = page.querySelector("[name=csrfmiddlewaretoken]").value;
}

/** Only what is plain text is meant to be read by people. */
export function sentenceIn(type, body) {
  return type?.startsWith("text/plain") ? body.trim() : "";
}

/** The answer, if it is a good one. Raises Trouble. */
export async function ask(method, address, body = null, more = {}) {
  let answer;
  try {
    answer = await fetch(address, {
      ...more,
      method,
      body,
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken(), "Tus-Resumable": "1.0.0" },
    });
  } catch {
    throw new Trouble(0);
  }
  if (answer.ok) return answer;
  const sentence = sentenceIn(answer.headers.get("Content-Type"), await answer.text());
  throw new Trouble(answer.status, sentence, Number(answer.headers.get("Retry-After")) || null);
}
