/** Milliseconds as people read them. */
export function duration(milliseconds) {
  if (milliseconds == null) {
    return "\u2013";
  }
  return milliseconds >= 1000
    ? `${(milliseconds / 1000).toFixed(2)} s`
    : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}

/** US dollars; an answer costs fractions of a cent. */
export function cost(dollars) {
  if (dollars == null) {
    return "\u2013";
  }
  return dollars === 0 ? "$0" : `$${dollars < 0.01 ? dollars.toPrecision(2) : dollars.toFixed(2)}`;
}

export const count = (number) => (number == null ? "\u2013" : number.toLocaleString("en"));

export const score = (number) => (number == null ? "\u2013" : number.toFixed(3));

export const moment = (time) =>
  new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** `3 sources`, `1 source`. */
export const counted = (number, noun) => `${count(number)} ${noun}${number === 1 ? "" : "s"}`;
