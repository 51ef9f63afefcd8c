/** What is for sale in a system that was just made. Prices in cents. */
const SAMPLE_ITEMS = [
  { itemId: 'concert-ticket', name: 'Concert ticket', price: 4_500, currency: 'EUR', units: 500 },
  { itemId: 'hotel-night', name: 'Hotel, one night', price: 12_900, currency: 'EUR', units: 40 },
  { itemId: 'last-seat', name: 'The last seat', price: 9_900, currency: 'EUR', units: 1 },
] as const;

const TIMEOUT_MS = 10_000;

/** Puts a few items up for sale through the API, unless there are some. Gives the ids of those that it put. */
export async function seedItems(url: string): Promise<readonly string[]> {
  const { items } = (await request(`${url}/items`, 'GET')) as { readonly items: readonly unknown[] };
  if (items.length > 0) return [];
  for (const { itemId, ...item } of SAMPLE_ITEMS) await request(`${url}/items/${itemId}`, 'PUT', item);
  return SAMPLE_ITEMS.map(({ itemId }) => itemId);
}

async function request(url: string, method: string, body?: object): Promise<unknown> {
  const answer = await fetch(url, {
    method,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!answer.ok)
    throw new Error(`${method} ${url} was answered with ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
  return answer.json();
}
