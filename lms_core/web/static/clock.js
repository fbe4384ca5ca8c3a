// A countdown to the server's deadline. The client's own wall clock is never read: only time that passed here counts,
// from the server's "now", corrected whenever the server says the time again (event "filar:server-time", detail: an ISO
// time; some systems stop performance.now() while asleep, so the page asks again when it comes back). At zero the
// document gets the cancelable event "filar:time-is-up"; unless somebody prevents it, the page is loaded again and the
// server decides what comes next.

const { say } = await import(document.querySelector('[data-part="say"]').href);

const THRESHOLDS = [10, 5, 1];
const SAID_MS = 20000; // then it would be wrong for whoever reads the page
const KEY = "filar-clock";

const words = (minutes) => (minutes === 1 ? say("Została 1 minuta.") : say("Zostało {minutes} minut.", { minutes }));

const face = (milliseconds) => {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`;
};

function isHidden() {
  try {
    return localStorage.getItem(KEY) === "hidden";
  } catch {
    return false;
  }
}

function keep(hidden) {
  try {
    localStorage.setItem(KEY, hidden ? "hidden" : "shown");
  } catch {
    // Storage is full or forbidden: the choice lasts as long as the page.
  }
}

/** Run the clock in `root` ([data-deadline], [data-server-now]). */
function start(root) {
  const deadline = Date.parse(root.dataset.deadline);
  const [show, toggle, announce] = ["face", "toggle", "announce"].map((name) => root.querySelector(`[data-clock-${name}]`));
  let serverNow = Date.parse(root.dataset.serverNow);
  let since = performance.now();
  let done = false;
  let timer;
  const remaining = () => deadline - serverNow - (performance.now() - since);
  const said = new Set(THRESHOLDS.filter((minutes) => remaining() < minutes * 60000));

  const tick = () => {
    if (done) return;
    const left = remaining();
    show.textContent = face(left);
    const due = THRESHOLDS.filter((minutes) => left <= minutes * 60000 && !said.has(minutes));
    if (due.length && left > 0) {
      due.forEach((minutes) => said.add(minutes));
      announce.textContent = words(Math.min(...due));
      setTimeout(() => (announce.textContent = ""), SAID_MS);
    }
    if (left <= 0) {
      done = true;
      clearInterval(timer);
      announce.textContent = say("Czas minął.");
      if (document.dispatchEvent(new Event("filar:time-is-up", { cancelable: true }))) location.reload();
    }
  };

  const resync = (iso) => {
    const now = Date.parse(iso);
    if (Number.isNaN(now)) return;
    serverNow = now;
    since = performance.now();
    tick();
  };

  const hide = (hidden) => {
    show.hidden = hidden;
    toggle.textContent = hidden ? say("Pokaż zegar") : say("Ukryj zegar");
  };
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    hide(!show.hidden);
    keep(show.hidden);
  });
  hide(isHidden());
  document.addEventListener("filar:server-time", (event) => resync(event.detail));
  timer = setInterval(tick, 500);
  tick();
}

const clock = document.querySelector("[data-deadline]");
if (clock && Date.parse(clock.dataset.deadline) > Date.parse(clock.dataset.serverNow)) start(clock);
