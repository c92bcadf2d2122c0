// Recordings come in: chosen as files, or made in the browser. Only the pages for it load this.
import "./workroom/arrivals.js";
import "./workroom/recorder.js";
