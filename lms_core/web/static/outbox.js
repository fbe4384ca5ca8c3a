// Answers that the server has not acknowledged yet, kept on this device: neither a lost network nor a closed tab loses
// them, and every tab of the device sends them in the order they were given.
//
// A row: { id, attempt, client, seq, item, response, was, at }. `attempt` is its number and when it began, for numbers come
// back with another database; `client` and `seq` are the journal's key and never change;
// `was` is what the server held when the answer was given; `at` is this device's clock, for tidying up only.

const STORE = "outbox";
const OPENING_MS = 3000;
const KEPT_MS = 30 * 24 * 3600 * 1000;

const settled = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const committed = (transaction) =>
  new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });

async function database() {
  const request = indexedDB.open("filar", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true }).createIndex("attempt", "attempt");
  };
  const late = new Promise((_, reject) => setTimeout(() => reject(new Error("no database")), OPENING_MS));
  const opened = await Promise.race([settled(request), late]);
  opened.onversionchange = () => opened.close();
  return opened;
}

/** Return the outbox of one attempt; where the browser keeps nothing it lives as long as the page (`durable`: false). */
export async function openOutbox(attempt) {
  try {
    const outbox = new Outbox(attempt, await database());
    outbox.tidy();
    return outbox;
  } catch {
    return new Outbox(attempt, null);
  }
}

class Outbox {
  #attempt;
  #database;
  #memory = []; // what the database would not take
  #gone = new Set(); // sent, also where the database could not forget it

  constructor(attempt, database) {
    this.#attempt = attempt;
    this.#database = database;
  }

  get durable() {
    return this.#database !== null && !this.#memory.length;
  }

  async add(answer) {
    const row = { ...answer, attempt: this.#attempt, at: Date.now() };
    try {
      const writing = this.#database.transaction(STORE, "readwrite", { durability: "strict" });
      writing.objectStore(STORE).add(row);
      await committed(writing);
    } catch {
      this.#memory.push(row);
    }
  }

  /** Return the rows that wait, in the order they were given. */
  async list() {
    const rows = [...(await this.#stored()), ...this.#memory];
    return rows.filter((row) => !this.#gone.has(`${row.client} ${row.seq}`));
  }

  async #stored() {
    try {
      return await settled(this.#database.transaction(STORE).objectStore(STORE).index("attempt").getAll(this.#attempt));
    } catch {
      return [];
    }
  }

  async remove(rows) {
    for (const row of rows) this.#gone.add(`${row.client} ${row.seq}`);
    this.#memory = this.#memory.filter((row) => !rows.includes(row));
    await this.#delete(rows.filter((row) => row.id !== undefined).map((row) => row.id));
  }

  async #delete(ids) {
    try {
      const writing = this.#database.transaction(STORE, "readwrite");
      for (const id of ids) writing.objectStore(STORE).delete(id);
      await committed(writing);
    } catch {
      // They are sent once more by the next page; the server acknowledges them again.
    }
  }

  /** Forget what nobody can send any more: attempts that ended long ago, perhaps another person's. */
  async tidy() {
    try {
      const rows = await settled(this.#database.transaction(STORE).objectStore(STORE).getAll());
      await this.#delete(rows.filter((row) => row.at < Date.now() - KEPT_MS).map((row) => row.id));
    } catch {
      // Another time.
    }
  }
}
