// What the server says of one attempt: its sheet, its acknowledgements, its refusals (docs/api.md).

const { say } = await import(document.querySelector('[data-part="say"]').href);

const TIMEOUT_MS = 15000;
const FINAL = new Set([409, 422]);

/** The session ended: somebody has to sign in again. */
export class SignedOut extends Error {}

/** Trying again cannot help. `final`: these answers will never be taken; otherwise this page just may not send them. */
export class Refused extends Error {
  constructor(message, { code = "", final = false } = {}) {
    super(message);
    this.code = code;
    this.final = final;
  }
}

/** The server asks for patience; `after` in seconds. */
export class Busy extends Error {
  constructor(after) {
    super("busy");
    this.after = after;
  }
}

async function refusal(answer) {
  if (answer.status === 401) return new SignedOut();
  if (answer.status === 429 || answer.status >= 500) return new Busy(Number(answer.headers.get("Retry-After")) || 0);
  if (answer.status < 400) return new Error("not from our server"); // a hotel's sign-in page, for one
  const problem = await answer.json().catch(() => ({}));
  const { detail = say("Serwer nie przyjął odpowiedzi."), code } = problem;
  return new Refused(detail, { code, final: FINAL.has(answer.status) });
}

export class Journal {
  #api;
  #token = document.querySelector('meta[name="csrf-token"]').content;

  /** `api` is the attempt's address below /api/v1. */
  constructor(api) {
    this.#api = api;
  }

  /** Return the sheet: state, responses that count, the server's time. */
  look() {
    return this.#call("GET", "");
  }

  /** Send one client's answers; return when the server saved them. */
  async send(client, answers) {
    const events = answers.map(({ seq, item, response }) => ({ seq, item, response }));
    const receipt = await this.#post("/events", { client, events });
    if (!(receipt.acknowledged >= events.at(-1).seq)) throw new Error("no receipt");
    return receipt.saved_at;
  }

  handIn() {
    return this.#post("/submission");
  }

  async #post(path, body) {
    try {
      return await this.#call("POST", path, body);
    } catch (error) {
      if (error.code !== "csrf") throw error;
      if (!(await this.#renew())) await this.look(); // says why: nobody is signed in any more, or somebody else is
      return this.#call("POST", path, body);
    }
  }

  async #call(method, path, body) {
    const answer = await fetch(this.#api + path, {
      method,
      headers: {
        Accept: "application/json",
        ...(body && { "Content-Type": "application/json" }),
        ...(method === "POST" && { "X-CSRFToken": this.#token }),
      },
      body: body && JSON.stringify(body),
      cache: "no-store",
      credentials: "same-origin",
      redirect: "manual",
      keepalive: method === "POST", // an answer given just before the tab is closed still arrives
      signal: AbortSignal.timeout?.(TIMEOUT_MS),
    });
    if (!answer.ok) throw await refusal(answer);
    return answer.json();
  }

  /** After somebody signed in again the old token is worth nothing: take the new one from a fresh copy of this page. */
  async #renew() {
    const page = await fetch(location.href, { cache: "no-store", credentials: "same-origin", redirect: "manual" });
    const fresh = new DOMParser().parseFromString(await page.text(), "text/html").querySelector('meta[name="csrf-token"]');
    if (!fresh) return false;
    this.#token = fresh.content;
    for (const field of document.querySelectorAll('input[name="csrf_token"]')) field.value = fresh.content;
    return true;
  }
}
