// Whole numbers in units of the last decimal, written as in the tables of the Python package.

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

const GROUPED = /^[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d*)?$/, PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)$/;

// The number that a text stands for, or NaN. Commas before groups of three digits separate thousands, another comma is
// a decimal comma; spaces and a per cent sign at the end are ignored.
export const numberOf = text => {
  const bare = text.replace(/\s/g, "").replace("\u2212", "-").replace(/%$/, "");
  const plain = GROUPED.test(bare) ? bare.replaceAll(",", "") : bare.replace(",", ".");
  return PLAIN.test(plain) ? Number(plain) : NaN;
};

const asUnderstood = new Intl.NumberFormat("en-US", { maximumFractionDigits: 6 });

export const rewritten = value => asUnderstood.format(value).replace("-", "\u2212");
