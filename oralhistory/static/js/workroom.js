// The workroom: what the public pages have, and what is needed to bring in, follow and review.
import htmx from "htmx.org";
import "./main.js";
import "./workroom/differing.js";
import "./workroom/records.js";
import "./workroom/review.js";
import "./workroom/upload.js";

// The Content-Security-Policy allows neither styles written into a page nor code made from text.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
