// Whole numbers in units of the last decimal, written as Python's tables write them.

const formats = new Map();

const formatOf = decimals => {
  if (!formats.has(decimals)) {
    const digits = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
    formats.set(decimals, new Intl.NumberFormat("en-US", digits));
  }
  return formats.get(decimals);
};

export const valueOf = (scaled, decimals) => scaled / 10 ** decimals;

// A missing value is null, and written as a dash.
export const written = (scaled, decimals, hasSign = false) => {
  if (scaled === null) return "\u2013";
  const digits = formatOf(decimals).format(Math.abs(valueOf(scaled, decimals)));
  return (scaled < 0 ? "\u2212" : scaled > 0 && hasSign ? "+" : "") + digits;
};

export const between = (low, high, decimals, hasSign = false) =>
  low === null ? "no interval" : `${written(low, decimals, hasSign)} to ${written(high, decimals, hasSign)}`;
