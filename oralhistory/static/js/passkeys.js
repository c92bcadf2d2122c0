// Forms that ask the browser for a passkey: `data-passkey="create"` makes one, `"get"` shows one. What the server asks for
// stands beside it (`#passkey-options`) or at `data-options-url`. A form stays hidden where the browser has no passkeys.
// By hand what `PublicKeyCredential.parseCreationOptionsFromJSON` and `toJSON` do, which Safari has only from 18.4.

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const known = (listed) => listed?.map((each) => ({ ...each, id: bytes(each.id) }));

async function create({ publicKey }, form) {
  const alone = form.elements.passwordless?.checked ?? false;
  const asked = {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    user: { ...publicKey.user, id: bytes(publicKey.user.id) },
    excludeCredentials: known(publicKey.excludeCredentials),
    authenticatorSelection: {
      ...publicKey.authenticatorSelection,
      residentKey: alone ? "required" : "discouraged",
      requireResidentKey: alone,
      ...(alone && { userVerification: "required" }),
    },
  };
  const made = await navigator.credentials.create({ publicKey: asked });
  return answer(made, {
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports?.() ?? [],
  });
}

async function get({ publicKey }) {
  const asked = {
    ...publicKey,
    challenge: bytes(publicKey.challenge),
    allowCredentials: known(publicKey.allowCredentials),
  };
  const shown = await navigator.credentials.get({ publicKey: asked });
  return answer(shown, {
    authenticatorData: text(shown.response.authenticatorData),
    signature: text(shown.response.signature),
    userHandle: shown.response.userHandle && text(shown.response.userHandle),
  });
}

function answer(credential, response) {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
  };
}

async function options(form) {
  if (!form.dataset.optionsUrl) return JSON.parse(document.getElementById("passkey-options").textContent);
  const told = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" } });
  return (await told.json()).request_options;
}

async function ask(form) {
  const said = form.querySelector("[data-said]");
  said.hidden = true;
  try {
    const credential = await (form.dataset.passkey === "create" ? create : get)(await options(form), form);
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  } catch {
    // Given up, timed out, not allowed: the browser has said which, and tells pages no more than that.
    said.textContent = said.dataset.said;
    said.hidden = false;
  }
}

if (window.PublicKeyCredential) {
  document.querySelector("[data-no-passkeys]")?.remove();
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  }
}
