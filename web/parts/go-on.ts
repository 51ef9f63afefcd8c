import { addressOf, type Route } from '../route.ts';

/** Goes on to what the press of a button has made, unless the person has gone elsewhere before there was an answer. */
export async function goOnTo(make: () => Promise<Route>): Promise<void> {
  const { hash } = location;
  const route = await make();
  if (location.hash === hash) location.hash = addressOf(route);
}
