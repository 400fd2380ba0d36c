import { html } from "./lit.js";

/** Beyond so many edits two texts are told apart as a whole. */
const MOST_EDITS = 1000;

/**
 * What leads from one text to the other, as `[{op, text}]` with `op` equal, insert or delete; by words where `by` is
 * "word", else by lines. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986.
 */
export function diff(before, after, by = "word") {
  const pieces = (text) => text.match(by === "word" ? /\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu : /[^\n]*\n|[^\n]+/g) ?? [];
  const [a, b] = [pieces(before), pieces(after)];
  return joined(edits(a, b));
}

function edits(a, b) {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const rounds = [];
  /** How far one gets in `a` on each diagonal, from -most - 1 to most + 1. */
  const furthest = new Int32Array(2 * most + 3);
  const on = (diagonal) => diagonal + most + 1;
  const goesDown = (reached, k, d) => k === -d || (k !== d && reached[on(k - 1)] < reached[on(k + 1)]);
  for (let d = 0; d <= most; d++) {
    rounds.push(furthest.slice());
    for (let k = -d; k <= d; k += 2) {
      let x = goesDown(furthest, k, d) ? furthest[on(k + 1)] : furthest[on(k - 1)] + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) {
        x++;
      }
      furthest[on(k)] = x;
      if (x >= a.length && x - k >= b.length) {
        return wayBack();
      }
    }
  }
  return [...a.map((text) => ({ op: "delete", text })), ...b.map((text) => ({ op: "insert", text }))];

  function wayBack() {
    const way = [];
    let [x, y] = [a.length, b.length];
    for (let d = rounds.length - 1; d >= 0; d--) {
      const k = x - y;
      const from = goesDown(rounds[d], k, d) ? k + 1 : k - 1;
      const fromX = rounds[d][on(from)];
      const fromY = fromX - from;
      while (x > Math.max(fromX, 0) && y > Math.max(fromY, 0)) {
        way.push({ op: "equal", text: a[--x] });
        y--;
      }
      if (d > 0) {
        way.push(x === fromX ? { op: "insert", text: b[--y] } : { op: "delete", text: a[--x] });
      }
    }
    return way.reverse();
  }
}

/** Neighbours of one kind as one. */
function joined(all) {
  const few = [];
  for (const { op, text } of all) {
    if (few.at(-1)?.op === op) {
      few.at(-1).text += text;
    } else {
      few.push({ op, text });
    }
  }
  return few;
}

/** One side of a diff: `side` is "delete" for the text before, "insert" for the one after. */
export function sideView(edits, side) {
  return edits
    .filter(({ op }) => op === "equal" || op === side)
    .map(({ op, text }) => (op === "equal" ? text : side === "delete" ? html`<del>${text}</del>` : html`<ins>${text}</ins>`));
}

/** Both sides in one text. */
export function editsView(edits) {
  return edits.map(({ op, text }) =>
    op === "equal" ? text : op === "delete" ? html`<del>${text}</del>` : html`<ins>${text}</ins>`,
  );
}
