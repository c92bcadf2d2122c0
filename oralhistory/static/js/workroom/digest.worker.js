// SHA-256 of a recording, away from the page's own thread: of a whole file, or of pieces as they come.
//
// Taken: { file } once, or { bytes } many times and { end: true }. Given: { sha256 }, or { failure } where the
// browser can no longer read the file.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";

const hash = sha256.create();

function finish() {
  postMessage({ sha256: bytesToHex(hash.digest()) });
}

async function read(file) {
  try {
    for (const reader = file.stream().getReader(); ;) {
      const { value, done } = await reader.read();
      if (done) break;
      hash.update(value);
    }
    finish();
  } catch (failure) {
    postMessage({ failure: String(failure) });
  }
}

addEventListener("message", ({ data }) => {
  if (data.file) read(data.file);
  else if (data.bytes) hash.update(new Uint8Array(data.bytes));
  else finish();
});
