/** An execution's id in what somebody pasted: a key, an address, capital letters. `undefined` when there is none. */
export function readOrderId(text: string): string | undefined {
  return /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}/.exec(text.toLowerCase())?.[0];
}
