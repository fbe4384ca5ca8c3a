// Says in words what is saved and what waits, in the element [data-saving].

const { say, counted, language } = await import(document.querySelector('[data-part="say"]').href);

const SAID_MS = 10000;
const ALOUD = new Set(["waiting", "signed-out", "refused", "over"]);
const KEPT = say("Odpowiedzi są zachowane na tym urządzeniu i\u00a0wyślą się same, gdy tylko będzie można.");
const KEPT_TO_THE_END = say("Czas minął. Odpowiedzi wyślą się same – liczą się te, które dotrą na czas.");
const NOT_KEPT = say("Nie zamykaj tej strony: ta przeglądarka nie zachowuje odpowiedzi. Ze strony otwartej wyślą się same.");

const clock = new Intl.DateTimeFormat(language === "pl" ? "pl-PL" : "en-GB", {
  timeZone: "Europe/Warsaw",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

const count = (rows) => new Set(rows.map((row) => row.item)).size;
const timeOf = (moment) => clock.format(new Date(moment));

/** Name the questions that rows are about, as this page numbers them. */
function questions(rows) {
  const items = [...document.querySelectorAll("[data-item], [data-flagged]")].map((one) => one.dataset.item ?? one.dataset.flagged);
  const numbers = [...new Set(rows.map((row) => items.indexOf(row.item) + 1))].filter(Boolean).sort((a, b) => a - b);
  if (!numbers.length) return "";
  if (numbers.length === 1) return say("Pytanie {number}.", { number: numbers[0] });
  return say("Pytania {numbers}.", { numbers: numbers.join(", ") });
}

function whatWaits({ waiting, busy }) {
  const number = count(waiting);
  if (!number) return busy ? say("Serwer nie odpowiada") : say("Brak połączenia");
  return busy
    ? counted(number, "odpowiedź czeka na\u00a0serwer", "odpowiedzi czekają na\u00a0serwer", "odpowiedzi czeka na\u00a0serwer")
    : counted(number, "odpowiedź czeka na\u00a0połączenie", "odpowiedzi czekają na\u00a0połączenie", "odpowiedzi czeka na\u00a0połączenie");
}

function signedOut({ waiting }) {
  if (!waiting.length) return say("Sesja wygasła");
  const answers = counted(count(waiting), "odpowiedź czeka", "odpowiedzi czekają", "odpowiedzi czeka");
  return say("Sesja wygasła – {answers}", { answers });
}

const WORDS = {
  idle: () => say("Każda odpowiedź zapisze się od razu"),
  saving: () => say("Zapisuję…"),
  saved: ({ savedAt }) => say("Zapisano o\u00a0{time}", { time: timeOf(savedAt) }),
  waiting: whatWaits,
  "signed-out": signedOut,
  refused: () => say("Nie zapisano"),
  over: () => say("To podejście jest już zakończone"),
};

const HELP = {
  waiting: ({ waiting, durable, savedAt, answering, ended }) => [
    questions(waiting),
    answering ? say("Możesz odpowiadać dalej.") : "",
    waiting.length ? (ended ? KEPT_TO_THE_END : durable ? KEPT : NOT_KEPT) : "",
    savedAt ? say("Ostatni zapis: {time}.", { time: timeOf(savedAt) }) : "",
  ],
  "signed-out": ({ waiting, durable }) => [
    say("Zaloguj się w\u00a0nowej karcie i\u00a0wróć tutaj."),
    waiting.length ? (durable ? say("Zachowane odpowiedzi wyślą się same.") : NOT_KEPT) : "",
  ],
  refused: ({ message, waiting }) => [message, waiting.length ? say("Odpowiedzi są zachowane na tym urządzeniu.") : ""],
  over: ({ late }) =>
    late.length ? [say("Nie dotarły na czas i\u00a0się nie liczą odpowiedzi z\u00a0tego urządzenia."), questions(late)] : [],
};

/** Return the function that shows a state of the courier in `root`; `answering` and `ended` say what the page still takes. */
export function saveState(root) {
  const part = (name) => root.querySelector(`[data-${name}]`);
  const [line, announcer, help, text] = ["save-state", "save-announce", "save-help", "save-help-text"].map(part);
  const [signIn, again, result] = ["sign-in", "try-again", "to-result"].map(part);
  let shown = "idle";
  let silence = 0;

  /** Tell it to a screen reader now; later it would be found as if it were still true. */
  function tell(words) {
    clearTimeout(silence);
    announcer.textContent = words;
    silence = setTimeout(() => (announcer.textContent = ""), SAID_MS);
  }

  return function show(state) {
    const words = WORDS[state.name](state);
    const needsHelp = state.name in HELP;
    if (!needsHelp && help.contains(document.activeElement)) line.focus();
    line.dataset.state = state.name;
    line.textContent = words;
    help.hidden = !needsHelp;
    text.textContent = needsHelp ? HELP[state.name](state).filter(Boolean).join(" ") : "";
    signIn.hidden = state.name !== "signed-out";
    again.hidden = !needsHelp || state.name === "over";
    result.hidden = state.name !== "over";
    const recovered = state.name === "saved" && ALOUD.has(shown);
    if (state.name !== shown && (ALOUD.has(state.name) || recovered)) tell(`${words}. ${text.textContent}`);
    if (state.name !== "saving") shown = state.name;
  };
}
