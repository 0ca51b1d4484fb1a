// Reports in SQLite. A report is acknowledged when it is on the disk: what has been promised survives any crash.
import Database from "better-sqlite3";
import {
  DAYS_SHOWN,
  DELETED_AT_ONCE,
  DELETE_EVERY,
  GATHERING_TIME,
  GROUPS_SHOWN,
  KEPT_DAYS,
  KEPT_REPORTS,
  PENDING_SIZE,
  REPORTS_EXPORTED,
  REPORTS_SHOWN,
} from "./limits.mjs";

const DAY = 24 * 60 * 60 * 1000;

export class Store {
  #database;
  #statements;
  #pending = [];
  #pendingSize = 0;
  #now;
  #kept;
  #cleaning;

  /** `file`: a path, made where it is missing. `kept`: how many reports, and for how many days. */
  constructor(file, { kept = { reports: KEPT_REPORTS, days: KEPT_DAYS }, now = Date.now } = {}) {
    this.#now = now;
    this.#kept = kept;
    this.#database = new Database(file, { timeout: 5_000 });
    // A commit is an append to one file, and done when the disk has it.
    this.#database.pragma("journal_mode = WAL");
    this.#database.pragma("synchronous = FULL");
    this.#database.exec(schema);
    this.#statements = Object.fromEntries(Object.entries(statements).map(([name, sql]) => [name, this.#database.prepare(sql)]));
    this.#cleaning = setInterval(() => this.clean(), DELETE_EVERY).unref();
    this.clean();
  }

  /** Fulfilled when the report is on the disk: with false, where it had been there before. Undefined where too many wait. */
  add(report) {
    if (this.#pendingSize + report.text.length > PENDING_SIZE) return undefined;
    return new Promise((resolve, reject) => {
      this.#pending.push({ report, resolve, reject });
      this.#pendingSize += report.text.length;
      if (this.#pending.length === 1) setTimeout(() => this.#commit(), GATHERING_TIME);
    });
  }

  /** Newest first. `before`: an id, for the next page; `hostname`: of one host alone. */
  recent({ before = Number.MAX_SAFE_INTEGER, hostname } = {}) {
    if (hostname === undefined) return this.#statements.recent.all({ before });
    return this.#statements.recentOfHost.all({ before, hostname });
  }

  /** What failed where, the newest first: counts, first and last time, and a count for each of the last days. */
  groups() {
    const since = this.#today() - (DAYS_SHOWN - 1) * DAY;
    return this.#statements.groups.all().map((group) => {
      const days = Array(DAYS_SHOWN).fill(0);
      for (const { day, count } of this.#statements.days.all({ ...group, since })) days[day] = count;
      return { ...group, days };
    });
  }

  /** One report, with its text. */
  find(id) {
    return this.#statements.find.get({ id });
  }

  /** Texts in the order of their arrival, after the id. */
  after(id) {
    return this.#statements.after.all({ id });
  }

  count() {
    const { first, last } = this.#statements.bounds.get();
    return first === null ? 0 : last - first + 1;
  }

  /** Deletes what is over the limits, in steps. */
  clean() {
    const { first, last } = this.#statements.bounds.get();
    if (first === null) return;
    const until = Math.min(first + DELETED_AT_ONCE, Math.max(last - this.#kept.reports + 1, first));
    let deleted = this.#statements.deleteBefore.run({ id: until }).changes;
    deleted += this.#statements.deleteOlder.run({ received: this.#now() - this.#kept.days * DAY }).changes;
    if (deleted >= DELETED_AT_ONCE) setImmediate(() => this.#database.open && this.clean());
  }

  /** Writes what waits. */
  close() {
    clearInterval(this.#cleaning);
    this.#commit();
    this.#database.close();
  }

  /** All that wait, in one transaction: they are stored together or refused together. */
  #commit() {
    const batch = this.#pending;
    if (batch.length === 0) return;
    this.#pending = [];
    this.#pendingSize = 0;
    let added;
    try {
      added = this.#database.transaction(() => {
        const received = this.#now();
        return batch.map(({ report }) => this.#statements.add.run({ ...report, received }).changes === 1);
      })();
    } catch (error) {
      for (const { reject } of batch) reject(error);
      return;
    }
    batch.forEach(({ resolve }, index) => resolve(added[index]));
    if (this.count() > this.#kept.reports) this.clean();
  }

  #today() {
    return Math.floor(this.#now() / DAY) * DAY;
  }
}

/** `name`: SHA-256 of the text. Times in milliseconds since 1970; ids grow with them. */
const schema = `
  CREATE TABLE IF NOT EXISTS reports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name BLOB NOT NULL UNIQUE,
    received INTEGER NOT NULL,
    happened TEXT NOT NULL,
    hostname TEXT NOT NULL,
    port INTEGER NOT NULL,
    rule TEXT,
    policy TEXT,
    sequence INTEGER,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS by_host ON reports (hostname);
  CREATE INDEX IF NOT EXISTS by_group ON reports (hostname, outcome, reason, received);
`;

const row = "id, received, happened, hostname, port, rule, policy, sequence, outcome, reason";

const statements = {
  add: `INSERT INTO reports (name, received, happened, hostname, port, rule, policy, sequence, outcome, reason, text)
    VALUES ($name, $received, $happened, $hostname, $port, $rule, $policy, $sequence, $outcome, $reason, $text) ON CONFLICT (name) DO NOTHING`,
  recent: `SELECT ${row} FROM reports WHERE id < $before ORDER BY id DESC LIMIT ${REPORTS_SHOWN}`,
  recentOfHost: `SELECT ${row} FROM reports WHERE id < $before AND hostname = $hostname ORDER BY id DESC LIMIT ${REPORTS_SHOWN}`,
  groups: `SELECT hostname, outcome, reason, count(*) AS count, min(received) AS first, max(received) AS last
    FROM reports GROUP BY hostname, outcome, reason ORDER BY last DESC LIMIT ${GROUPS_SHOWN}`,
  days: `SELECT CAST((received - $since) / ${DAY} AS INTEGER) AS day, count(*) AS count FROM reports
    WHERE hostname = $hostname AND outcome = $outcome AND reason = $reason AND received BETWEEN $since AND $since + ${DAYS_SHOWN * DAY - 1} GROUP BY day`,
  find: `SELECT ${row}, text FROM reports WHERE id = $id`,
  after: `SELECT id, received, text FROM reports WHERE id > $id ORDER BY id LIMIT ${REPORTS_EXPORTED}`,
  // Each from the end of the index: asked for together, both would be looked for in all rows.
  bounds: "SELECT (SELECT min(id) FROM reports) AS first, (SELECT max(id) FROM reports) AS last",
  deleteBefore: "DELETE FROM reports WHERE id < $id",
  deleteOlder: `DELETE FROM reports WHERE id IN (SELECT id FROM reports ORDER BY id LIMIT ${DELETED_AT_ONCE}) AND received < $received`,
};
