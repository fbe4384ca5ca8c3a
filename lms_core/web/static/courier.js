// Carries answers from the outbox to the server: one request under way, the rest waits in order. After any trouble, and
// whenever it is told that its picture may be old, it looks at the sheet before it sends anything.
//
// It tells `on`: state({ name, waiting, durable, ... }) what is saved and what waits; look() before the sheet is asked
// for; sheet(sheet, waiting) when it came; saved(rows) when the server has them.
// Names of states: idle, saving, saved, waiting, signed-out, refused, over.

const { Refused, SignedOut } = await import(document.querySelector('[data-part="journal"]').href);

const BATCH = 50;
const BACKOFF_SECONDS = [1, 2, 4, 8, 15];
const OVER = new Set(["attempt_closed", "too_late"]);
const FINE = new Set(["idle", "saving", "saved"]);

export class Courier {
  #outbox;
  #journal;
  #on;
  #name = "idle";
  #more = {}; // what else was said of the state: busy, message, late
  #savedAt;
  #adding = Promise.resolve();
  #running = null;
  #again = false;
  #stale = false;
  #closed = false;
  #failures = 0;
  #most = BATCH;
  #refusals = new Map(); // item -> why its last answer was refused for good
  #wake = () => {};
  #unsettle = () => {};

  constructor(outbox, journal, { savedAt = null, ...on }) {
    this.#outbox = outbox;
    this.#journal = journal;
    this.#savedAt = savedAt;
    this.#on = on;
  }

  /** Keep an answer and send it; answers are kept and sent in the order of these calls. */
  async add(answer) {
    this.#adding = this.#adding.then(() => this.#outbox.add(answer));
    if (FINE.has(this.#name)) {
      this.#tell("saving", [answer]); // at once: "saved" would not be true any more
    } else {
      await this.#adding;
      this.#tell(this.#name, await this.#outbox.list(), this.#more);
    }
    return this.run();
  }

  /** Look at the sheet, then send what waits. */
  sync() {
    this.#stale = true;
    this.#wake();
    return this.run();
  }

  /** Send what waits; resolves when nothing waits any more, or when trying again needs somebody. */
  run() {
    this.#again = true;
    this.#running ??= this.#work().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Make sure of the network and of every answer; return the state's name, "saved" or "idle" when all is well. */
  settle() {
    const trouble = new Promise((resolve) => {
      this.#unsettle = resolve;
    });
    return Promise.race([this.sync(), trouble]).then(() => this.#name);
  }

  async #work() {
    while (!this.#closed && (await this.#step()));
  }

  async #step() {
    this.#again = false;
    await this.#adding;
    const waiting = await this.#outbox.list();
    try {
      if (this.#stale) return await this.#look();
      if (waiting.length) return await this.#send(waiting);
    } catch (error) {
      return this.#trouble(error, waiting);
    }
    this.#rest();
    return this.#again;
  }

  async #look() {
    this.#on.look?.();
    const sheet = await this.#journal.look();
    this.#stale = false;
    this.#failures = 0;
    this.#tellTime(sheet.server_time);
    await this.#adding;
    const waiting = await this.#outbox.list();
    if (sheet.state !== "open") return this.#over(waiting);
    this.#savedAt = sheet.saved_at;
    this.#on.sheet?.(sheet, waiting);
    return true;
  }

  async #send(waiting) {
    if (FINE.has(this.#name)) this.#tell("saving", waiting);
    const rows = this.#batch(waiting);
    this.#savedAt = await this.#journal.send(rows[0].client, rows);
    this.#failures = 0;
    this.#tellTime(this.#savedAt);
    await this.#outbox.remove(rows);
    for (const row of rows) this.#refusals.delete(row.item);
    this.#on.saved?.(rows);
    return true;
  }

  /** What one call may carry: the first rows, as far as one client gave them. */
  #batch(waiting) {
    const other = waiting.findIndex((row) => row.client !== waiting[0].client);
    return waiting.slice(0, Math.min(other < 0 ? waiting.length : other, this.#most));
  }

  #rest() {
    const message = [...this.#refusals.values()].at(-1);
    if (message) this.#tell("refused", [], { message });
    else this.#tell(this.#savedAt ? "saved" : "idle", []);
  }

  async #trouble(error, waiting) {
    if (error instanceof Refused) return this.#refused(error, waiting);
    this.#stale = true;
    if (error instanceof SignedOut) {
      this.#tell("signed-out", waiting);
      return false;
    }
    const planned = BACKOFF_SECONDS[Math.min(this.#failures, BACKOFF_SECONDS.length - 1)];
    this.#failures += 1;
    this.#tell("waiting", waiting, { busy: error.after !== undefined });
    this.#unsettle();
    await this.#sleep(Math.max(error.after ?? 0, planned) + Math.random() * 0.5);
    return true;
  }

  async #refused(error, waiting) {
    if (OVER.has(error.code)) return this.#over(waiting);
    if (!error.final) {
      this.#tell("refused", waiting, { message: error.message });
      return false;
    }
    const rows = this.#batch(waiting);
    if (rows.length > 1) {
      this.#most = 1; // one bad answer must not keep the good ones back
      return true;
    }
    await this.#outbox.remove(rows);
    this.#refusals.set(rows[0].item, error.message);
    return true;
  }

  /** The attempt is finished: what still waits can never count. */
  async #over(waiting) {
    this.#closed = true;
    await this.#outbox.remove(waiting);
    this.#tell("over", [], { late: waiting });
    return false;
  }

  #tell(name, waiting, more = {}) {
    this.#name = name;
    this.#more = more;
    this.#on.state({ name, waiting, durable: this.#outbox.durable, savedAt: this.#savedAt, ...more });
  }

  #tellTime(now) {
    document.dispatchEvent(new CustomEvent("filar:server-time", { detail: now }));
  }

  #sleep(seconds) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
