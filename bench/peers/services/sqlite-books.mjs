import { DatabaseSync } from 'node:sqlite';

/** `synchronous = FULL`: a commit is on the disk when it returns. Holds and payments bear the execution's id, so that a repeated step changes nothing. */
const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE stock (item_id TEXT PRIMARY KEY, free INTEGER NOT NULL);
  CREATE TABLE holds (execution_id TEXT PRIMARY KEY, item_id TEXT NOT NULL, quantity INTEGER NOT NULL);
  CREATE TABLE payments (payment_id TEXT PRIMARY KEY, total INTEGER NOT NULL, currency TEXT NOT NULL, payment_method TEXT NOT NULL);
`;

/** Stock and payments of the single function. */
export class SqliteBooks {
  #database;
  #put;
  #free;
  #take;
  #hold;
  #capture;
  #release;
  #giveBack;

  /** @param {string} file which is made */
  constructor(file) {
    const database = new DatabaseSync(file);
    database.exec(SCHEMA);
    this.#database = database;
    this.#put = database.prepare('INSERT INTO stock VALUES (?, ?)');
    this.#free = database.prepare('SELECT coalesce(sum(free), 0) AS free FROM stock');
    this.#hold = database.prepare('INSERT INTO holds VALUES (?, ?, ?) ON CONFLICT DO NOTHING');
    this.#take = database.prepare('UPDATE stock SET free = free - ?1 WHERE item_id = ?2 AND free >= ?1');
    this.#capture = database.prepare('INSERT INTO payments VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING');
    this.#release = database.prepare('DELETE FROM holds WHERE execution_id = ? RETURNING item_id, quantity');
    this.#giveBack = database.prepare('UPDATE stock SET free = free + ? WHERE item_id = ?');
  }

  /**
   * @param {string} itemId
   * @param {number} units
   */
  put(itemId, units) {
    this.#put.run(itemId, units);
  }

  free() {
    return Number(this.#free.get()?.free);
  }

  /**
   * @param {import('./order.mjs').Order} order
   * @returns {boolean} false when there are not enough units
   */
  hold({ executionId, itemId, quantity }) {
    return this.#inTransaction(() => {
      if (this.#hold.run(executionId, itemId, quantity).changes === 0) return true;
      return this.#take.run(quantity, itemId).changes === 1;
    });
  }

  /**
   * @param {string} paymentId
   * @param {import('./order.mjs').Order} order
   */
  capture(paymentId, { total, currency, paymentMethod }) {
    this.#capture.run(paymentId, total, currency, paymentMethod);
  }

  /** @param {string} executionId */
  release(executionId) {
    this.#inTransaction(() => {
      const held = this.#release.get(executionId);
      if (held !== undefined) this.#giveBack.run(Number(held.quantity), String(held.item_id));
      return true;
    });
  }

  /**
   * Rolled back when `change` says no, or throws.
   * @param {() => boolean} change
   */
  #inTransaction(change) {
    this.#database.exec('BEGIN IMMEDIATE');
    let isDone = false;
    try {
      isDone = change();
    } finally {
      this.#database.exec(isDone ? 'COMMIT' : 'ROLLBACK');
    }
    return isDone;
  }
}
