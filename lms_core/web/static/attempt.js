// Saves each answer as it is given. Without this module the form's own buttons do the same work.

const BATCH = 20;
const BACKOFF_SECONDS = [1, 2, 4, 8, 15];
const TIMEOUT_SECONDS = 15;
const LAST_WAIT_SECONDS = 5;
const TYPING_PAUSE_MS = 800;

const form = document.querySelector("form[data-attempt]");
const status = document.querySelector("[data-save-state]");
const announcer = document.querySelector("[data-save-announce]");
const counter = document.querySelector("[data-answered]");
const help = document.querySelector("[data-save-help]");
const saveButton = form.querySelector('button[value="save"]'); // needed only where this module cannot save
const client = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
const clockTime = new Intl.DateTimeFormat("pl-PL", {
  timeZone: "Europe/Warsaw",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

class Stop extends Error {}

const waiting = new Map(); // item -> response, not sent yet: a newer answer replaces an older one
let sent = []; // events under way; the same seq always carries the same payload, however often it is sent
let seq = 0;
let failures = 0;
let busy = false;
let stopped = false;
let leaving = false;
let wake = null;
let typing = 0;
const noted = new Map(); // item -> what was noted last, so that leaving a field sends nothing twice
let token = document.querySelector('meta[name="csrf-token"]').content;

const unsaved = () => waiting.size > 0 || sent.length > 0;
const sleep = (seconds) =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1000);
    wake = () => {
      clearTimeout(timer);
      resolve();
    };
  });

function say(state, text, { aloud = false } = {}) {
  status.dataset.state = state;
  status.textContent = text;
  if (aloud) announcer.textContent = text;
}

/** What the question's fields say now: chosen boxes, pairs that were picked, or the text without its outer spaces. */
function responseOf(item) {
  const fields = Array.from(form.querySelectorAll(`[name="answer.${CSS.escape(item)}"]`));
  const given = fields.filter((field) => !["radio", "checkbox"].includes(field.type) || field.checked);
  return given.map((field) => field.value.trim()).filter(Boolean).sort();
}

function showAnswered() {
  const links = form.ownerDocument.querySelectorAll("[data-item-link]");
  let answered = 0;
  for (const link of links) {
    const given = responseOf(link.dataset.itemLink).length > 0;
    answered += given;
    link.classList.toggle("is-answered", given);
    link.querySelector("[data-item-state]").textContent = given ? "z odpowiedzią" : "bez odpowiedzi";
  }
  counter.textContent = String(answered);
}

async function problem(answer) {
  try {
    return (await answer.json()).detail;
  } catch {
    return null;
  }
}

/** Send the events; return the server's acknowledgement, raise Stop when trying again cannot help. */
async function send(events) {
  const answer = await fetch(form.dataset.events, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ client, events }),
    credentials: "same-origin",
    redirect: "manual",
    signal: AbortSignal.timeout?.(TIMEOUT_SECONDS * 1000),
  });
  if (answer.type === "opaqueredirect") throw new Stop("Sesja wygasła.");
  if (answer.status === 429 || answer.status >= 500) {
    throw Object.assign(new Error("busy"), { after: Number(answer.headers.get("Retry-After")) || 0 });
  }
  if (!answer.ok) throw new Stop((await problem(answer)) ?? "Serwer nie przyjął odpowiedzi.");
  const receipt = await answer.json();
  if (!(receipt.acknowledged >= events[0].seq)) throw new Error("no receipt");
  document.dispatchEvent(new CustomEvent("filar:server-time", { detail: answer.headers.get("Date") }));
  return receipt;
}

function acknowledge({ acknowledged, saved_at: savedAt }) {
  for (const event of sent.filter((one) => one.seq <= acknowledged)) {
    form.elements.namedItem(`was.${event.item}`).value = event.response.length ? JSON.stringify(event.response) : "";
  }
  sent = sent.filter((one) => one.seq > acknowledged);
  const again = failures > 0;
  failures = 0;
  if (!unsaved()) say("saved", `Zapisano o ${clockTime.format(new Date(savedAt))}`, { aloud: again });
}

async function retry(error) {
  const planned = BACKOFF_SECONDS[Math.min(failures, BACKOFF_SECONDS.length - 1)];
  failures += 1;
  say("retrying", "Nie zapisano – ponawiam…", { aloud: failures === 1 });
  await sleep(Math.max(error.after ?? 0, planned) + Math.random() * 0.5);
}

function stop(error) {
  stopped = true;
  say("stopped", `Nie zapisano. ${error.message}`, { aloud: true });
  help.hidden = false;
  saveButton.hidden = false;
}

/** After a new sign-in in another tab: take the new token from a fresh copy of this page and go on. */
async function goOn() {
  try {
    const page = await fetch(location.href, { cache: "no-store", credentials: "same-origin", redirect: "manual" });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector('meta[name="csrf-token"]');
    if (fresh) {
      token = fresh.content;
      form.elements.namedItem("csrf_token").value = token;
    }
  } catch {
    // Without a network the old token is as good as any.
  }
  stopped = false;
  help.hidden = true;
  saveButton.hidden = true;
  await flush();
}

/** The only sender: one request under way, the rest waits in order. */
async function flush() {
  if (busy || stopped) return;
  busy = true;
  while (unsaved() && !stopped) {
    if (!sent.length) {
      for (const [item, response] of [...waiting].slice(0, BATCH)) {
        sent.push({ seq: (seq += 1), item, response });
        waiting.delete(item);
      }
    }
    if (!failures) say("saving", "Zapisuję…");
    try {
      acknowledge(await send(sent));
    } catch (error) {
      if (error instanceof Stop) stop(error);
      else await retry(error);
    }
  }
  busy = false;
}

async function timeIsUp() {
  wake?.();
  const end = performance.now() + LAST_WAIT_SECONDS * 1000;
  while (unsaved() && !stopped && performance.now() < end) await new Promise((resolve) => setTimeout(resolve, 100));
  leaving = true;
  location.assign(form.dataset.summary);
}

function noteAnswer({ target }) {
  clearTimeout(typing);
  const item = target.name?.replace(/^answer\./, "");
  if (!item || item === target.name) return;
  const said = JSON.stringify(responseOf(item));
  if (noted.get(item) === said) return;
  noted.set(item, said);
  waiting.set(item, responseOf(item));
  target.closest("fieldset").querySelectorAll("[data-remark], [data-feedback]").forEach((old) => old.remove());
  showAnswered();
  flush();
}

form.addEventListener("change", noteAnswer);
form.addEventListener("input", (event) => {
  if (event.target.type !== "text") return;
  clearTimeout(typing);
  typing = setTimeout(() => noteAnswer(event), TYPING_PAUSE_MS);
});
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.target.type !== "text") return;
  event.preventDefault(); // in a field, Enter would press the form's first button
  noteAnswer(event);
});
form.addEventListener("submit", () => {
  leaving = true; // the form carries every answer itself
});
addEventListener("beforeunload", (event) => {
  if (unsaved() && !leaving) event.preventDefault();
});
help.querySelector("button").addEventListener("click", goOn);
addEventListener("online", () => wake?.());
addEventListener("pageshow", (event) => {
  if (event.persisted) leaving = false;
});

document.addEventListener("filar:time-is-up", (event) => {
  event.preventDefault();
  timeIsUp();
});
showAnswered();
saveButton.hidden = true;
if (status.dataset.state === "idle") say("idle", "Każda odpowiedź zapisze się od razu");
