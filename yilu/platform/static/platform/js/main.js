// Everything the pages do by themselves. htmx fetches and sends; these small islands do the rest.
import "./alarm.js";
import "./board.js";
import "./clock.js";
import "./dialog.js";
import "./keys.js";
import "./live.js";
import "./menu.js";
import "./nav.js";
import "./screen.js";
import "./station.js";
import "./toast.js";
