import pg from 'pg';

/** As many as there are orders at once, each for the books and for DBOS: with the usual 10, orders would wait for each other. */
export const CONNECTIONS = 32;

/** Holds and payments bear the execution's id, so that a repeated step changes nothing. */
const SCHEMA = `
  CREATE TABLE stock (item_id TEXT PRIMARY KEY, free INTEGER NOT NULL CHECK (free >= 0));
  CREATE TABLE holds (execution_id TEXT PRIMARY KEY, item_id TEXT NOT NULL, quantity INTEGER NOT NULL);
  CREATE TABLE payments (payment_id TEXT PRIMARY KEY, total INTEGER NOT NULL, currency TEXT NOT NULL, payment_method TEXT NOT NULL);
`;

/** One statement each, so that each is one transaction. An item that has not enough breaks the check on `free`. */
const HOLD = `
  WITH held AS (INSERT INTO holds VALUES ($1, $2, $3) ON CONFLICT DO NOTHING RETURNING item_id, quantity)
  UPDATE stock SET free = free - held.quantity FROM held WHERE stock.item_id = held.item_id
`;
const RELEASE = `
  WITH released AS (DELETE FROM holds WHERE execution_id = $1 RETURNING item_id, quantity)
  UPDATE stock SET free = free + released.quantity FROM released WHERE stock.item_id = released.item_id
`;

/** Stock and payments of DBOS's booking, in the same server as its workflows. */
export class PostgresBooks {
  #pool;

  /** @param {pg.Pool} pool */
  constructor(pool) {
    this.#pool = pool;
  }

  /** @param {string} connectionString of a database without tables */
  static async open(connectionString) {
    const pool = new pg.Pool({ connectionString, max: CONNECTIONS });
    await pool.query(SCHEMA);
    return new PostgresBooks(pool);
  }

  /**
   * @param {string} itemId
   * @param {number} units
   */
  async put(itemId, units) {
    await this.#pool.query('INSERT INTO stock VALUES ($1, $2)', [itemId, units]);
  }

  async free() {
    const { rows } = await this.#pool.query('SELECT coalesce(sum(free), 0)::integer AS free FROM stock');
    return rows[0].free;
  }

  /** @param {import('./order.mjs').Order} order */
  async hold({ executionId, itemId, quantity }) {
    await this.#pool.query({ name: 'hold', text: HOLD, values: [executionId, itemId, quantity] });
  }

  /**
   * @param {string} paymentId
   * @param {import('./order.mjs').Order} order
   */
  async capture(paymentId, { total, currency, paymentMethod }) {
    await this.#pool.query({
      name: 'capture',
      text: 'INSERT INTO payments VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
      values: [paymentId, total, currency, paymentMethod],
    });
  }

  /** @param {string} executionId */
  async release(executionId) {
    await this.#pool.query({ name: 'release', text: RELEASE, values: [executionId] });
  }
}
