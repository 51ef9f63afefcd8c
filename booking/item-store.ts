import { ContentionError, UnreadableObjectError } from '../storage/errors.ts';
import type { ObjectStore } from '../storage/object-store.ts';
import { lowerToShare, planShares, raiseToShare, type Allocation } from './allocation.ts';
import { isSameInput, itemInputSchema, itemRecordSchema, type Item, type ItemInput, type ItemRecord } from './item.ts';
import { itemKey, ITEMS_PREFIX } from './keys.ts';
import { usedUnits, type StockShard } from './stock.ts';
import { StockStore, type ItemUnits } from './stock-store.ts';

export interface ItemStoreOptions {
  readonly objects: Pick<ObjectStore, 'get' | 'update' | 'listPage'>;
  readonly stock?: StockStore;
  /** Told of an item that a listing leaves out because its document is none. */
  readonly onUnreadable?: (itemId: string, error: Error) => void;
}

export type PutItem =
  | { readonly outcome: 'put'; readonly item: Item }
  /** `used` units are held or sold already. */
  | { readonly outcome: 'too-few-units'; readonly used: number };

/** An item's document that is not one. */
export class UnreadableItemError extends Error {
  override readonly name = 'UnreadableItemError';
}

/** More items than this are not listed. */
export const MAX_LISTED_ITEMS = 200;
const READ_TOGETHER = 20;
/** Rounds of a put against orders that use up what it counted as free, or against other puts. */
const MAX_PUT_ROUNDS = 20;

/** What is for sale. The item's document is the operator's word; the stock documents are brought in line with it. */
export class ItemStore {
  readonly #objects: ItemStoreOptions['objects'];
  readonly #stock: StockStore;
  readonly #onUnreadable: (itemId: string, error: Error) => void;

  constructor({ objects, stock = new StockStore({ objects }), onUnreadable = () => undefined }: ItemStoreOptions) {
    this.#objects = objects;
    this.#stock = stock;
    this.#onUnreadable = onUnreadable;
  }

  /**
   * Creates an item or changes it. Repeated, it changes nothing but completes a put that died half-way. If orders use
   * up, while it runs, what it was to take away, the item is left with exactly the units used.
   * @throws TypeError when the input is not an item.
   */
  async put(input: ItemInput): Promise<PutItem> {
    const wanted = readInput(input);
    for (let round = 0; round < MAX_PUT_ROUNDS; round += 1) {
      const shards = await this.#stock.readAll(wanted.itemId);
      const used = shards.map((shard) => (shard === undefined ? 0 : usedUnits(shard)));
      const usedInAll = used.reduce((sum, each) => sum + each, 0);
      const shares = planShares(wanted.units, used);
      if (shares === undefined) return this.#refuse(wanted.itemId, used, usedInAll);
      const record = await this.#write(wanted, shares, shards);
      if ((await this.#carryOut(wanted.itemId, record.allocation)) === 'done')
        return { outcome: 'put', item: toItem(record) };
    }
    throw new ContentionError(itemKey(wanted.itemId), MAX_PUT_ROUNDS);
  }

  /** Too few were asked for. An earlier round of this put, or one that died, may have said so already: that is put right. */
  async #refuse(itemId: string, used: readonly number[], usedInAll: number): Promise<PutItem> {
    const current = await this.#read(itemId);
    if (current !== undefined && current.units < usedInAll) {
      const corrected = await this.#write({ ...current, units: usedInAll }, used, []);
      await this.#carryOut(itemId, corrected.allocation);
    }
    return { outcome: 'too-few-units', used: usedInAll };
  }

  /** Writes the item's document if it is to change, and with it the allocation, unless the present one still fits. */
  #write(
    input: ItemInput,
    shares: readonly number[],
    shards: readonly (StockShard | undefined)[],
  ): Promise<ItemRecord> {
    return this.#objects.update<ItemRecord>(itemKey(input.itemId), (body) => {
      const current = parseRecord(input.itemId, body);
      const keepsAllocation = current?.units === input.units && canCarryOut(current.allocation, shards);
      if (current !== undefined && keepsAllocation && isSameInput(current, input))
        return { keep: true, result: current };
      const revision = (current?.revision ?? 0) + 1;
      const { itemId, name, price, currency, units } = input;
      const allocation = keepsAllocation ? current.allocation : { revision, shares: [...shares] };
      const record: ItemRecord = { itemId, name, price, currency, units, revision, allocation };
      return { write: record, result: record };
    });
  }

  async #carryOut(itemId: string, allocation: Allocation): Promise<'done' | 'used-more'> {
    const indexes = allocation.shares.map((_, index) => index);
    const lowered = await Promise.all(
      indexes.map((index) =>
        this.#stock.updateShard(itemId, index, (shard) => lowerToShare(shard, itemId, index, allocation)),
      ),
    );
    if (lowered.includes('used-more')) return 'used-more';
    // Somebody put the item anew meanwhile: theirs counts.
    if (lowered.includes('newer')) return 'done';
    await Promise.all(
      indexes.map((index) => this.#stock.updateShard(itemId, index, (shard) => raiseToShare(shard, index, allocation))),
    );
    return 'done';
  }

  async get(itemId: string): Promise<Item | undefined> {
    const record = await this.#read(itemId);
    return record && toItem(record);
  }

  /** By id, the first 200. One that cannot be read hides no other: it is reported and left out. */
  async list(): Promise<readonly Item[]> {
    const { objects } = await this.#objects.listPage(ITEMS_PREFIX, undefined, MAX_LISTED_ITEMS);
    const ids = objects.map(({ key }) => key.slice(ITEMS_PREFIX.length, -'.json'.length));
    const items: Item[] = [];
    for (let start = 0; start < ids.length; start += READ_TOGETHER) {
      const read = await Promise.all(
        ids.slice(start, start + READ_TOGETHER).map((itemId) => this.#getReadable(itemId)),
      );
      items.push(...read.filter((item) => item !== undefined));
    }
    return items;
  }

  async #getReadable(itemId: string): Promise<Item | undefined> {
    try {
      return await this.get(itemId);
    } catch (error) {
      if (!(error instanceof UnreadableItemError || error instanceof UnreadableObjectError)) throw error;
      this.#onUnreadable(itemId, error);
      return undefined;
    }
  }

  /** `undefined` when there is no stock of such an item. */
  availability(itemId: string): Promise<ItemUnits | undefined> {
    return this.#stock.units(itemId);
  }

  async #read(itemId: string): Promise<ItemRecord | undefined> {
    return parseRecord(itemId, (await this.#objects.get(itemKey(itemId)))?.body);
  }
}

/** Whether no shard stands in the way: each has come to it already, or has not used more than its share. */
function canCarryOut({ revision, shares }: Allocation, shards: readonly (StockShard | undefined)[]): boolean {
  return shares.every((share, index) => {
    const shard = shards[index];
    return shard === undefined || shard.revision >= revision || usedUnits(shard) <= share;
  });
}

function readInput(input: ItemInput): ItemInput {
  const parsed = itemInputSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new TypeError(`not an item: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
}

function parseRecord(itemId: string, body: unknown): ItemRecord | undefined {
  if (body === undefined) return undefined;
  const parsed = itemRecordSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new UnreadableItemError(
    `item ${itemKey(itemId)} cannot be read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`,
  );
}

function toItem({ itemId, name, price, currency, units, revision }: ItemRecord): Item {
  return { itemId, name, price, currency, units, revision };
}
