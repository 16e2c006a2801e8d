// Whole numbers, in units of the last decimal shown, as text: no rounding happens here.

export const MISSING = -2147483648;

const grouped = digits => digits.replace(/\B(?=(\d{3})+$)/g, ",");

export const show = (whole, decimals, hasSign = false) => {
  if (whole === MISSING) return "\u2013";
  let digits = String(Math.abs(whole)).padStart(Math.max(0, decimals) + 1, "0");
  if (decimals < 0 && whole !== 0) digits += "0".repeat(-decimals);
  const cut = digits.length - Math.max(0, decimals);
  const sign = whole < 0 ? "\u2212" : hasSign && whole > 0 ? "+" : "";
  return sign + grouped(digits.slice(0, cut)) + (decimals > 0 ? `.${digits.slice(cut)}` : "");
};

export const valueOf = (whole, decimals) => whole === MISSING ? NaN : whole / 10 ** decimals;

export const withUnit = (text, unit) => unit ? `${text}\u00a0${unit}` : text;
