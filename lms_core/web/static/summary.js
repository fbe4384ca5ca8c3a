// Hands in: only once every answer that waits on this device is with the server, and never without a word when it cannot.
// Also sends what waits from the page of an attempt whose time is up. Without this module the form hands in by itself.

const part = (name) => import(document.querySelector(`[data-part="${name}"]`).href);
const [{ openOutbox }, { Journal }, { Courier }, { saveState }, { say }] = await Promise.all(
  ["outbox", "journal", "courier", "save-state", "say"].map(part),
);

const ONCE_MORE_MS = 5000;
const QUIET = new Set(["idle", "saved"]);
const AWAY = say("Nie przesłano: nie ma połączenia z\u00a0serwerem. Spróbuj ponownie, gdy połączenie wróci. Nic nie przepadło.");
const SIGNED_OUT = say("Nie przesłano: sesja wygasła. Zaloguj się w\u00a0nowej karcie i\u00a0spróbuj ponownie. Nic nie przepadło.");
const UNSURE = say("Serwer nie potwierdził przesłania. Spróbuj ponownie – drugie przesłanie niczego nie zmieni.");

const LEFT_BEHIND = say(
  "Serwer nie przyjął odpowiedzi, które czekają na tym urządzeniu. Wróć do pytań i\u00a0sprawdź je albo prześlij jeszcze raz – wtedy się nie policzą.",
);

const saving = document.querySelector("[data-saving]");
const form = document.querySelector("[data-hand-in]");
const note = document.querySelector("[data-hand-in-note]");
const showState = saveState(saving);
let handing = false;
let told = false;

const journal = new Journal(saving.dataset.api);
const outbox = await openOutbox(saving.dataset.attempt);
const courier = new Courier(outbox, journal, {
  savedAt: saving.dataset.savedAt,
  state: (state) => {
    saving.hidden = QUIET.has(state.name);
    showState({ ...state, ended: !form });
  },
  sheet: ({ saved_at: savedAt }, waiting) => {
    const isOld = !waiting.length && savedAt !== (saving.dataset.savedAt ?? null);
    if (isOld && form && !handing) location.reload(); // the page counts answers
  },
});

/** Hand in and go to the result; return why that could not be done. */
async function handIn() {
  const name = await courier.settle();
  if (name === "waiting") return AWAY;
  if (name === "signed-out") return SIGNED_OUT;
  if (name === "refused") {
    if (told || !(await outbox.list()).length) return form.submit();
    told = true;
    return LEFT_BEHIND;
  }
  try {
    if (name !== "over") await journal.handIn();
  } catch {
    return UNSURE;
  }
  return location.assign(form.dataset.handIn);
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (handing) return;
  handing = true;
  note.textContent = "";
  note.textContent = (await handIn()) ?? "";
  handing = false;
});
addEventListener("pageshow", ({ persisted }) => persisted && courier.sync());
document.addEventListener("visibilitychange", () => document.hidden || courier.sync());
for (const name of ["focus", "online", "offline"]) addEventListener(name, () => courier.sync());
saving.querySelector("[data-try-again]").addEventListener("click", () => courier.sync());
document.addEventListener("filar:time-is-up", async (event) => {
  event.preventDefault();
  while (["waiting", "signed-out"].includes(await courier.settle())) await new Promise((resolve) => setTimeout(resolve, ONCE_MORE_MS));
  location.reload();
});
if ((await outbox.list()).length) {
  await courier.sync();
  if (form && !handing) courier.sync(); // what was sent just now changed the page's counts
}
