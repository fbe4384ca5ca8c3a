// One question at a time, or all of them: the choice is kept on this device, the place in the address. Without this module
// the form's buttons ask the server for `?pytanie=<number>`.

const { say } = await import(document.querySelector('[data-part="say"]').href);

const KEY = "filar-exam-view";
const VERBS = new Set(["go", "all"]);
const form = document.getElementById("arkusz");
const questions = [...form.querySelectorAll("[data-item]")];
const cases = form.querySelectorAll("[data-case]");
const links = [...document.querySelectorAll("[data-item-link]")];
const toggle = document.querySelector("[data-view-switch]");
const [steps, end] = [form.querySelector("[data-steps]"), form.querySelector("[data-end]")];
const [previous, next, summary] = ["previous", "next", "summary"].map((step) => form.querySelector(`[data-step="${step}"]`));
const count = questions.length;
let single = Boolean(form.dataset.only);
let current = Number(form.dataset.only) || 1;
let caseRead; // the case whose question one stood at last

function stored() {
  try {
    return localStorage.getItem(KEY) === "one";
  } catch {
    return false;
  }
}

function store() {
  try {
    localStorage.setItem(KEY, single ? "one" : "all");
  } catch {
    // Storage is full or forbidden: the choice lasts as long as the page.
  }
}

const within = (number) => Math.min(Math.max(number, 1), count);

function numberInAddress() {
  const found = /^#pytanie-(\d+)$/.exec(location.hash);
  return found ? within(Number(found[1])) : null;
}

function render() {
  const here = questions[current - 1];
  questions.forEach((question) => (question.hidden = single && question !== here));
  for (const one of cases) one.hidden = single && one.dataset.case !== here.dataset.ofCase;
  links.forEach((link, index) => {
    if (single && index + 1 === current) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  });
  steps.hidden = !single;
  previous.hidden = current === 1;
  next.hidden = summary.hidden = current === count;
  end.hidden = single && current !== count;
  toggle.textContent = single ? say("Pokaż wszystkie pytania") : say("Pokazuj po jednym pytaniu");
}

/** Stand at the current question, or at its case when that is new. */
function arrive() {
  const question = questions[current - 1];
  const story = [...cases].find((one) => single && one.dataset.case === question.dataset.ofCase);
  const start = story && story.dataset.case !== caseRead ? story : question;
  caseRead = question.dataset.ofCase;
  start.focus({ preventScroll: true });
  (story ?? question).scrollIntoView();
}

function go(number) {
  current = within(number);
  render();
  history.pushState(null, "", `#${questions[current - 1].id}`);
  arrive();
}

/** Return the number of the question that is being read now. */
function inSight() {
  const found = questions.findIndex((question) => question.getBoundingClientRect().bottom > innerHeight / 3);
  return found < 0 ? count : found + 1;
}

function change() {
  if (!single) current = inSight();
  single = !single;
  store();
  render();
  if (single) history.replaceState(null, "", `#${questions[current - 1].id}`);
}

form.addEventListener("submit", (event) => {
  const [verb, place] = (event.submitter?.value ?? "").split(".");
  if (!VERBS.has(verb)) return;
  event.preventDefault();
  const by = { previous: -1, next: 1 }[event.submitter.dataset.step];
  if (event.submitter === toggle) change();
  else go(by ? current + by : Number(place));
});
addEventListener("hashchange", () => {
  const number = numberInAddress();
  if (!single || number === null) return;
  current = number;
  render();
  arrive();
});

if (single) {
  store();
  form.elements.namedItem("pytanie").remove();
  const address = new URL(location.href);
  address.searchParams.delete("pytanie");
  address.hash = questions[current - 1].id;
  history.replaceState(null, "", address);
} else if (stored()) {
  const unanswered = links.findIndex((link) => !link.classList.contains("is-answered"));
  single = true;
  current = numberInAddress() ?? within(unanswered + 1);
}
render();
if (single && numberInAddress() !== null) arrive();
