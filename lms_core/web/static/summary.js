// The clock of the summary page; at zero the server decides what comes next.
import { startClock } from "./clock.js";

const root = document.querySelector("[data-deadline]");
if (root && Date.parse(root.dataset.deadline) > Date.parse(root.dataset.serverNow)) {
  startClock(root, () => location.reload());
}
