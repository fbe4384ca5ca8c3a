// Saves each answer as it is given. Without this module the form's own buttons do the same work.

const part = (name) => import(document.querySelector(`[data-part="${name}"]`).href);
const [{ openOutbox }, { Journal }, { Courier }, { saveState }, { say }] = await Promise.all(
  ["outbox", "journal", "courier", "save-state", "say"].map(part),
);

const TYPING_PAUSE_MS = 800;
const ONCE_MORE_MS = 5000;
const LEAVING = new Set(["summary", "check", "save"]);
const ELSEWHERE = say("Tę odpowiedź zapisano w\u00a0innej karcie lub na innym urządzeniu.");
const OVERTAKEN = say("W\u00a0innej karcie lub na innym urządzeniu zapisano inną odpowiedź. Liczy się ta, bo dotarła ostatnia.");
const STAY = {
  waiting: say("Bez połączenia nie można przejść dalej. Nic nie przepadło – spróbuj ponownie, gdy połączenie wróci."),
  "signed-out": say("Sesja wygasła. Zaloguj się w\u00a0nowej karcie i\u00a0spróbuj ponownie – nic nie przepadło."),
};

const form = document.getElementById("arkusz");
const saving = document.querySelector("[data-saving]");
const news = document.querySelector("[data-news]");
const counter = document.querySelector("[data-answered]");
const leaveNote = form.querySelector("[data-leave-note]");
const saveButton = form.querySelector("[data-save]"); // needed only where this module cannot save
const items = [...form.querySelectorAll("[data-item]")].map((question) => question.dataset.item);
const client = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

const noted = new Map(); // item -> the answer noted last, until the server has it
const touched = new Map(); // item -> at which change it was noted last
let changes = 0;
let changesAtLook = 0;
let seq = 0;
let typing = 0;
let ended = false;
let leaving = false;
let late = [];

const question = (item) => form.querySelector(`[data-item="${CSS.escape(item)}"]`);
const fieldsOf = (item) => Array.from(form.querySelectorAll(`[name="answer.${CSS.escape(item)}"]`));
const held = (item) => form.elements.namedItem(`was.${item}`); // the server's answer, beyond which a form posts a change
const written = (response) => (response.length ? JSON.stringify(response) : ""); // as the server renders it
const tidy = (text) => text.normalize("NFC").split(/\s+/).filter(Boolean).join(" ");

/** What the question's fields say now: chosen boxes, pairs that were picked, or the text as the server keeps it. */
function responseOf(item) {
  const given = fieldsOf(item).filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked);
  return given.map((field) => tidy(field.value)).filter(Boolean).sort();
}

function fill(item, response) {
  for (const field of fieldsOf(item)) {
    if (["radio", "checkbox"].includes(field.type)) field.checked = response.includes(field.value);
    else if (field.type === "text") field.value = response[0] ?? "";
    else field.value = Array.from(field.options, ({ value }) => value).find((value) => value && response.includes(value)) ?? "";
  }
}

function showAnswered() {
  const answered = new Set(items.filter((item) => responseOf(item).length > 0));
  for (const link of document.querySelectorAll("[data-item-link]")) {
    const given = answered.has(link.dataset.itemLink);
    link.classList.toggle("is-answered", given);
    link.querySelector("[data-item-state]").textContent = given ? say("z odpowiedzią") : say("bez odpowiedzi");
  }
  counter.textContent = String(answered.size);
}

function remark(item, text) {
  const node = document.createElement("p");
  node.className = "remark";
  node.dataset.remark = "elsewhere";
  node.textContent = text;
  clearRemarks(item);
  const foot = question(item).querySelector(".flag, .check");
  if (foot) foot.before(node);
  else question(item).append(node);
  showNews();
}

function clearRemarks(item) {
  question(item).querySelectorAll("[data-remark], [data-feedback]").forEach((old) => old.remove());
  showNews();
}

/** Where only one question is shown, the others' remarks would go unseen. */
function showNews() {
  const numbers = items.map((item, index) => (question(item).querySelector('[data-remark="elsewhere"]') ? index + 1 : 0));
  const text = newsOf(numbers.filter(Boolean));
  if (news.textContent !== text) news.textContent = text;
}

function newsOf(numbers) {
  if (!numbers.length) return "";
  if (numbers.length === 1) return say("Zmiany z\u00a0innej karty lub urządzenia: pytanie {number}.", { number: numbers[0] });
  return say("Zmiany z\u00a0innej karty lub urządzenia: pytania {numbers}.", { numbers: numbers.join(", ") });
}

function note(item) {
  const response = responseOf(item);
  const was = held(item).value;
  if (ended || (noted.get(item) ?? was) === written(response)) return;
  noted.set(item, written(response));
  touched.set(item, (changes += 1));
  clearRemarks(item);
  showAnswered();
  courier.add({ client, seq: (seq += 1), item, response, was: JSON.parse(was || "[]") });
}

const noteAll = () => items.forEach(note);

/** Take over what another tab or device saved. */
function adopt(item, response) {
  held(item).value = written(response);
  if (written(responseOf(item)) === written(response)) return;
  fill(item, response);
  remark(item, ELSEWHERE);
  showAnswered();
}

function saved(rows) {
  for (const { client: giver, item, response } of rows) {
    if (giver !== client) note(item); // what was typed here meanwhile comes after it
    held(item).value = written(response);
    if (noted.get(item) === written(response)) noted.delete(item);
    else if (giver !== client && !noted.has(item)) adopt(item, response);
  }
}

/** Show what was saved elsewhere since. What waits here is sent after it and says so where it overtakes something. */
function compare({ responses }, waiting) {
  noteAll();
  for (const item of items) {
    const theirs = responses[item] ?? [];
    const mine = waiting.filter((row) => row.item === item);
    const known = mine.flatMap((row) => [row.was, row.response]).map(written);
    if (mine.some((row) => row.client === client)) known.push(held(item).value);
    if (mine.length && !known.includes(written(theirs))) remark(item, OVERTAKEN);
    if (mine.length || (touched.get(item) ?? 0) > changesAtLook) continue;
    noted.delete(item);
    adopt(item, theirs);
  }
}

/** Put what waits since an earlier visit where it was given. */
function restore(rows) {
  for (const [item, { response }] of new Map(rows.map((row) => [row.item, row]))) {
    const untouched = written(responseOf(item)) === held(item).value;
    noted.set(item, written(response));
    if (untouched) fill(item, response);
  }
  noteAll();
  showAnswered();
}

/** Nothing can be changed any more. */
function end() {
  ended = true;
  for (const item of items) question(item).disabled = true;
}

async function timeIsUp() {
  noteAll();
  end();
  while (["waiting", "signed-out"].includes(await courier.settle())) await new Promise((resolve) => setTimeout(resolve, ONCE_MORE_MS));
  if (late.length) return; // the page says what did not arrive in time
  leaving = true;
  location.assign(form.dataset.summary);
}

/** The form may go once every answer is with the server, and the server within reach. */
async function leave(submitter) {
  noteAll();
  const name = await courier.settle();
  const near = submitter.closest("[data-item]")?.dataset.item;
  if (name in STAY && near) remark(near, STAY[name]);
  else leaveNote.textContent = STAY[name] ?? "";
  if (name in STAY) return;
  leaving = true;
  if (name === "over") location.assign(form.dataset.summary);
  else form.requestSubmit(submitter);
}

function tell(state) {
  saveButton.hidden = state.name !== "refused";
  if (state.name === "saved") leaveNote.textContent = "";
  if (state.name === "over") {
    late = state.late;
    noted.clear();
    end();
  }
  showState({ ...state, ended, answering: !ended });
}

const showState = saveState(saving);
const outbox = await openOutbox(saving.dataset.attempt);
const courier = new Courier(outbox, new Journal(saving.dataset.api), {
  savedAt: saving.dataset.savedAt,
  state: tell,
  look: () => {
    noteAll();
    changesAtLook = changes;
  },
  sheet: compare,
  saved,
});

form.addEventListener("change", ({ target }) => {
  clearTimeout(typing);
  if (target.name?.startsWith("answer.")) note(target.name.slice("answer.".length));
});
form.addEventListener("input", ({ target }) => {
  if (target.type !== "text") return;
  clearTimeout(typing);
  typing = setTimeout(noteAll, TYPING_PAUSE_MS);
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.type !== "text") return;
  event.preventDefault(); // in a field, Enter would press the form's first button
  noteAll();
});
form.addEventListener("submit", (event) => {
  if (leaving || !LEAVING.has(event.submitter?.value.split(".")[0])) return;
  event.preventDefault();
  leave(event.submitter);
});
addEventListener("beforeunload", (event) => {
  noteAll();
  if (noted.size && !leaving) event.preventDefault();
});
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  leaving = false;
  courier.sync();
});
document.addEventListener("visibilitychange", () => (document.hidden ? noteAll() : courier.sync()));
for (const name of ["focus", "online", "offline"]) addEventListener(name, () => courier.sync());
saving.querySelector("[data-try-again]").addEventListener("click", () => courier.sync());
document.addEventListener("filar:time-is-up", (event) => {
  event.preventDefault();
  timeIsUp();
});

const before = (await outbox.list()).filter((row) => items.includes(row.item));
restore(before);
if (before.length) courier.sync();
else courier.run();
