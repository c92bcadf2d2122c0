// The public pages. Reading, listening and searching work without it.
import "./player.js";
import "./moment.js";
import "./copy.js";
import "./suggest.js";
import "./selected.js";
