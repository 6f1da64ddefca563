const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** "1,000". */
export function count(value: number | bigint): string {
  return whole.format(value);
}

/** "1 attack", "2 attacks". */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/**
 * A fraction in [0,1] as pages show it: "87.3 %", with a no-break space. Only what is exactly 0 or 1 says 0 or 100:
 * one point of a million that fell must not vanish in rounding.
 */
export function percent(fraction: number, digits = 1): string {
  const smallest = 10 ** -digits;
  let value = Number((fraction * 100).toFixed(digits));
  if (value >= 100 && fraction < 1) value = 100 - smallest;
  if (value <= 0 && fraction > 0) value = smallest;
  const exact = value === 0 || value === 100;
  return `${exact ? value : value.toFixed(digits)}\u00a0%`;
}

/** Bytes in binary units: "1.5 MiB". */
export function bytes(value: number): string {
  const units = ["B", "KiB", "MiB", "GiB"];
  let at = 0;
  let left = value;
  while (left >= 1024 && at < units.length - 1) {
    left /= 1024;
    at++;
  }
  return `${at === 0 ? left : left.toFixed(1)} ${units[at]}`;
}

/** A large count in short: "1.2 M". */
export function short(value: number): string {
  return new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 1 }).format(value);
}
