// The workroom: what the public pages have, and what is needed to bring in, follow and review.
import htmx from "htmx.org";
import "./main.js";
import "./workroom/chapters.js";
import "./workroom/differing.js";
import "./workroom/people_named.js";
import "./workroom/editor/element.js";
import "./workroom/editor/leaving.js";
import "./workroom/records.js";
import "./workroom/redacting.js";
import "./workroom/review.js";
import "./workroom/side/heard.js";
import "./workroom/side/said.js";
import "./workroom/side/walk.js";
import "./workroom/saving.js";
import "./workroom/upload.js";

// The Content-Security-Policy allows neither styles written into a page nor code made from text.
htmx.config.includeIndicatorStyles = false;
htmx.config.allowEval = false;
