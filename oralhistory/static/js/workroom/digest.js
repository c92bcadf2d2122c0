// What the worker counts, as promises. A worker is asked for one digest and then ends.

/** SHA-256 of a file, in hexadecimal. */
export function ofFile(address, file) {
  const digest = new Digest(address);
  digest.worker.postMessage({ file });
  return digest;
}

/** SHA-256 of pieces: `add` each, then `end`. */
export class Digest {
  constructor(address) {
    this.worker = new Worker(address, { type: "module" });
    this.result = new Promise((resolve, reject) => {
      this.worker.addEventListener("message", ({ data }) => {
        this.stop();
        if (data.sha256) resolve(data.sha256);
        else reject(new Error(data.failure));
      });
      this.worker.addEventListener("error", (event) => reject(new Error(event.message)));
    });
    this.result.catch(() => {}); // whoever awaits it hears of it
  }

  add(bytes) {
    this.worker.postMessage({ bytes }, [bytes]);
  }

  end() {
    this.worker.postMessage({ end: true });
    return this.result;
  }

  stop() {
    this.worker.terminate();
  }
}
