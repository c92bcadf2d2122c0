// How loud a microphone is: its level now, whether it is too loud, whether nothing at all is heard.

const CLIPPED = 0.985; // of full scale
const NOTHING = 0.002; // of full scale (−54 dB): less than the noise of any room with a microphone that is on
const SILENT_FOR = 8000; // milliseconds before it is said
const TOO_LOUD_FOR = 2500; // … for which it goes on being said
const FLOOR_DB = -60; // where the meter begins
const FALL = 0.7; // of the meter's length in a second: the eye can follow

export class Meter {
  #samples = new Float32Array(2048);

  /** `show({ level, tooLoud, silent })` with each picture; level from 0 to 1, by decibels. */
  constructor(stream, show) {
    this.context = new AudioContext();
    this.analyser = this.context.createAnalyser();
    this.analyser.fftSize = this.#samples.length;
    this.source = this.context.createMediaStreamSource(stream);
    this.source.connect(this.analyser);
    this.heardAt = performance.now();
    this.loudAt = -Infinity;
    this.level = 0;
    this.shownAt = this.heardAt;
    this.show = show;
    this.#look();
  }

  #look = () => {
    this.analyser.getFloatTimeDomainData(this.#samples);
    const peak = this.#samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0);
    const now = performance.now();
    if (peak > NOTHING) this.heardAt = now;
    if (peak >= CLIPPED) this.loudAt = now;
    const fallen = this.level - ((now - this.shownAt) / 1000) * FALL;
    this.level = Math.max(0, fallen, 1 - (20 * Math.log10(peak || 1e-6)) / FLOOR_DB);
    this.shownAt = now;
    this.show({
      level: this.level,
      tooLoud: now - this.loudAt < TOO_LOUD_FOR,
      silent: now - this.heardAt > SILENT_FOR,
    });
    this.frame = requestAnimationFrame(this.#look);
  };

  stop() {
    cancelAnimationFrame(this.frame);
    this.source.disconnect();
    this.context.close();
  }
}
