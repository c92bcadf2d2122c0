// While something is on its way: the device stays awake where the browser can ask for it, and leaving asks first.

const reasons = new Set();
let lock = null;

function ask(event) {
  event.preventDefault();
}

async function hold() {
  if (!reasons.size || lock || document.visibilityState !== "visible") return;
  try {
    lock = await navigator.wakeLock?.request("screen");
    lock?.addEventListener("release", () => { lock = null; });
    if (!reasons.size) lock?.release();
  } catch {
    /* a battery that is low, a browser that does not want to */
  }
}

/** `what` needs the page to stay, or no longer. */
export function stayFor(what, needed) {
  const before = reasons.size;
  if (needed) reasons.add(what);
  else reasons.delete(what);
  if (!before && reasons.size) addEventListener("beforeunload", ask);
  if (before && !reasons.size) {
    removeEventListener("beforeunload", ask);
    lock?.release();
  }
  hold();
}

document.addEventListener("visibilitychange", hold);
