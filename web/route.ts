/** What the page shows: the part of the address behind `#`, which no server sees. */
export type Route =
  | { readonly view: 'book'; readonly orderId?: string }
  | { readonly view: 'executions'; readonly status?: string; readonly failureKind?: string }
  | { readonly view: 'execution'; readonly orderId: string }
  | { readonly view: 'monitor' }
  | { readonly view: 'break' };

/** Whatever is not known leads to where a visitor begins. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const [view = '', id] = path.split('/').map(decode);
  switch (view) {
    case 'executions': {
      if (id !== undefined && id !== '') return { view: 'execution', orderId: id };
      const filter = new URLSearchParams(query);
      const status = filter.get('status');
      const failureKind = filter.get('failureKind');
      return { view, ...(status !== null && { status }), ...(failureKind !== null && { failureKind }) };
    }
    case 'monitor':
    case 'break':
      return { view };
    default:
      return { view: 'book', ...(view === 'book' && id !== undefined && id !== '' && { orderId: id }) };
  }
}

export function addressOf(route: Route): string {
  switch (route.view) {
    case 'book':
      return route.orderId === undefined ? '#/book' : `#/book/${encodeURIComponent(route.orderId)}`;
    case 'execution':
      return `#/executions/${encodeURIComponent(route.orderId)}`;
    case 'executions': {
      const { status, failureKind } = route;
      const filter = new URLSearchParams({ ...(status && { status }), ...(failureKind && { failureKind }) });
      return filter.size === 0 ? '#/executions' : `#/executions?${filter}`;
    }
    case 'monitor':
    case 'break':
      return `#/${route.view}`;
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Somebody cut an address short: it leads nowhere, and nothing breaks.
    return text;
  }
}
