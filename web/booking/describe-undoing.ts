interface Undoing {
  readonly handler: string;
  readonly step: string;
  readonly before?: unknown;
}

/** What a recovery action means to a customer. A handler that is not known here is named. */
export function describeUndoing({ handler, step, before }: Undoing): string {
  const state = (typeof before === 'object' && before !== null ? before : {}) as Readonly<Record<string, unknown>>;
  switch (handler) {
    case 'close-stock-slot': {
      const units = state['units'];
      return typeof units === 'number' && units > 0
        ? `${units === 1 ? 'The unit that was held is' : `The ${units} units that were held are`} for sale again.`
        : 'No unit was held, and none can be any more.';
    }
    case 'cancel-payment':
      return state['status'] === 'captured'
        ? 'The payment was cancelled.'
        : 'Nothing was charged, and nothing can be any more.';
    default:
      return `${step} was undone by ${handler}.`;
  }
}
