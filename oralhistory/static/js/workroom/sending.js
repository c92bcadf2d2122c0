// One recording on its way by the tus protocol, until the archive says that it is kept. Whatever breaks on the
// way, it goes on where it was: what it says meanwhile is one of
//
//   sending · broken (the line; tries again by itself) · held (the archive asks to wait; tries again by itself)
//   logged-out (waits for a log-in) · unreadable (the file is no longer what it was) · paused · checking · kept ·
//   refused · ended
import { Upload } from "tus-js-client";
import { ask, csrfToken, renewToken, sentenceIn, Trouble } from "./asking.js";

const PIECE = 8 * 1024 * 1024; // bytes in a request: lost at most, if what receives them keeps nothing of a broken one
const WAITS = [0.3, 1, 2, 4, 8, 15, 30]; // seconds before another attempt; the last for as long as it takes
const HOLD = 60; // seconds, where the archive says to wait and not how long
const SOON = 10; // seconds; a shorter wait is a line that broke
const STALL = 90_000; // milliseconds without a byte moving: the line is dead and has not said so
const ASKS_TO_WAIT = new Set([429, 503, 507]);
const HEARD = ["online", "offline", "focus"];
const GO_ON = new Set([0, 408, 409, 423]);

export class Sending {
  #attempt = 0;
  #run = 0; // what an earlier run still reports is not heard
  #renewed = false;
  #upload = null;
  #timer = null;
  #watch = null;
  #moved = null; // when a byte last moved, while a request is open

  /**
   * `open` gives what is sent: a file, or with `deferred` a source whose length is not known yet; `digest` gives
   * its SHA-256; `say(state, sentence, arrival)` and `progress(bytes)` hear of it; `created(url)` is told its address.
   */
  constructor({ endpoint, url = null, metadata = {}, open, digest, deferred = false, say, progress, created }) {
    Object.assign(this, { endpoint, url, metadata, open, digest, deferred, say, progress, created });
    this.state = null;
    this.wholeHere = false;
    for (const event of HEARD) addEventListener(event, this);
  }

  start() {
    this.#halt();
    this.#attempt = 0;
    this.#renewed = false;
    this.#go(this.#run);
  }

  pause() {
    this.#halt();
    this.#tell("paused");
  }

  /** Give it up: nothing of it stays in the archive. Raises Trouble. */
  async end() {
    this.#halt();
    if (this.url) {
      const gone = (trouble) => { if (![404, 410].includes(trouble.status)) throw trouble; };
      await ask("DELETE", this.url).catch(async (trouble) => {
        if (trouble.status !== 403) return gone(trouble);
        await renewToken();
        await ask("DELETE", this.url).catch(gone);
      });
    }
    this.#tell("ended");
  }

  /** Follow one whose bytes are all there. */
  follow() {
    this.wholeHere = true;
    this.digest = null;
    this.start();
  }

  /** Whoever reads the file to count its digest has found that it cannot be read. */
  unreadable() {
    this.#halt();
    this.#tell("unreadable");
  }

  handleEvent({ type }) {
    if (type === "offline") {
      if (this.state === "sending") this.#meet(new Trouble(0));
    } else if (this.state === "broken" || (type === "focus" && this.state === "logged-out")) {
      this.start();
    }
  }

  async #go(run) {
    try {
      if (!this.wholeHere) {
        this.#tell("sending");
        await this.#send(run);
        this.wholeHere = true;
      }
      this.#tell("checking");
      if (this.digest) {
        const sha256 = await this.digest();
        await ask("POST", `${this.url}/checksum`, new URLSearchParams({ sha256 }));
        this.digest = null;
      }
      const arrival = await this.#settled(run);
      if (run === this.#run) this.#tell(arrival.state, arrival.refusal, arrival);
    } catch (trouble) {
      if (run === this.#run) this.#meet(trouble);
    }
  }

  #send(run) {
    return new Promise((resolve, reject) => {
      const upload = new Upload(this.open(), {
        // With no endpoint, one that cannot be found now (a log-in that expired) is not begun a second time.
        endpoint: this.url ? null : this.endpoint,
        uploadUrl: this.url,
        chunkSize: PIECE,
        retryDelays: null, // what to do after a failure is decided here
        storeFingerprintForResuming: false,
        metadata: { ...this.metadata, sha256: "later" },
        ...(this.deferred && { uploadLengthDeferred: true, fileReader: { openFile: async (source) => source } }),
        onBeforeRequest: (request) => {
          request.setHeader("X-CSRFToken", csrfToken());
          this.#moved = performance.now();
        },
        onAfterResponse: () => { this.#moved = null; },
        onUploadUrlAvailable: () => {
          upload.options.endpoint = null;
          if (this.url === upload.url) return;
          this.url = upload.url;
          this.created?.(this.url);
        },
        onProgress: (bytes) => {
          if (run !== this.#run) return;
          this.#moved &&= performance.now();
          this.progress?.(bytes);
        },
        onChunkComplete: () => {
          this.#attempt = 0;
          this.#renewed = false;
        },
        onSuccess: resolve,
        onError: (error) => reject(asTrouble(error)),
      });
      this.#upload = upload;
      this.#watch = setInterval(() => {
        if (this.#moved && performance.now() - this.#moved > STALL) this.#meet(new Trouble(0));
      }, 5000);
      upload.start();
    });
  }

  /** What the archive made of it: kept, refused or ended. */
  async #settled(run) {
    for (let asked = 0; run === this.#run; asked += 1) {
      const arrival = await (await ask("GET", this.url)).json();
      if (["kept", "refused", "ended"].includes(arrival.state)) return arrival;
      await new Promise((resolve) => { setTimeout(resolve, asked < 10 ? 700 : 4000); });
    }
    return null;
  }

  #meet(trouble) {
    this.#halt();
    const run = this.#run;
    const { status, sentence, wait } = trouble;
    if (!(trouble instanceof Trouble)) {
      this.#tell("unreadable"); // the browser itself cannot go on with the file
    } else if (status === 401) {
      this.#tell("logged-out");
    } else if (status === 403 && !this.#renewed) {
      this.#renewed = true;
      renewToken().then(() => { if (run === this.#run) this.#go(run); }, (next) => { if (run === this.#run) this.#meet(next); });
    } else if ([404, 410].includes(status) && this.url && !this.wholeHere) {
      this.url = null; // it has expired there; all of it is still here
      this.#go(run);
    } else if (ASKS_TO_WAIT.has(status) && sentence && (wait ?? HOLD) > SOON) {
      this.#later(wait ?? HOLD, "held", sentence);
    } else if (GO_ON.has(status) || status >= 500) {
      this.#later(wait ?? WAITS[Math.min(this.#attempt, WAITS.length - 1)], "broken", sentence);
      this.#attempt += 1;
    } else {
      this.#tell("refused", sentence);
    }
  }

  #later(seconds, state, sentence) {
    const run = this.#run;
    this.#tell(state, sentence);
    this.#timer = setTimeout(() => this.#go(run), seconds * 1000);
  }

  #halt() {
    this.#run += 1;
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#upload?.abort();
    this.#upload = this.#moved = null;
  }

  #tell(state, sentence = "", arrival = null) {
    if (["kept", "refused", "ended"].includes(state)) this.#done();
    this.state = state;
    this.say(state, sentence, arrival);
  }

  #done() {
    clearInterval(this.#watch);
    for (const event of HEARD) removeEventListener(event, this);
  }
}

function asTrouble(error) {
  if (!error.originalRequest) return error; // not of the line: the file has changed, or is gone
  const answer = error.originalResponse;
  if (!answer) return new Trouble(0);
  return new Trouble(
    answer.getStatus(),
    sentenceIn(answer.getHeader("Content-Type"), answer.getBody() ?? ""),
    Number(answer.getHeader("Retry-After")) || null,
  );
}
