/** Minor units as people write them: 4500 EUR is €45.00. A currency that nobody knows keeps its letters. */
export function formatMoney(minorUnits: number, currency: string): string {
  try {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    return format.format(minorUnits / 10 ** digits);
  } catch {
    // Intl refuses what has not the form of a currency's code.
    return `${minorUnits} ${currency}`;
  }
}
