import { html } from "./lit.js";

const CITATION = /\[(\d+(?:\s*,\s*\d+)*)\]/g;
/** A citation with the space before it, `code`, **strong**: what stands within a line. */
const INLINE = / ?\[(\d+(?:\s*,\s*\d+)*)\]|`([^`\n]+)`|\*\*([^*\n]+)\*\*/g;

/** The numbers of the sources that `text` cites. */
export function citations(text) {
  return new Set([...text.matchAll(CITATION)].flatMap((match) => match[1].split(",").map(Number)));
}

/**
 * A model's text: paragraphs, and between fences of three backticks code. A citation of one of the first `sources`
 * sources becomes a button that calls `cite(number)`.
 */
export function textView(text, sources, cite) {
  return text.split(/^```.*$/m).map((block, index) =>
    index % 2 === 1
      ? html`<pre tabindex="0"><code>${block.replace(/^\n|\n$/g, "")}</code></pre>`
      : block
          .split(/\n{2,}/)
          .filter((paragraph) => paragraph.trim())
          .map((paragraph) => html`<p>${inline(paragraph.trim(), sources, cite)}</p>`),
  );
}

function inline(text, sources, cite) {
  const parts = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, numbers, code, strong] = match;
    parts.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (code) {
      parts.push(html`<code>${code}</code>`);
    } else if (strong) {
      parts.push(html`<strong>${strong}</strong>`);
    } else {
      parts.push(citationsView(whole, numbers.split(",").map(Number), sources, cite));
    }
  }
  return [...parts, text.slice(end)];
}

/** On one line with the word before; the text as it is if a number is no source's. */
function citationsView(text, numbers, sources, cite) {
  return numbers.every((number) => number >= 1 && number <= sources)
    ? html`${text.startsWith(" ") ? "\u00a0" : ""}${numbers.map(
        (number) =>
          html`<button type="button" class="cite" aria-label="Source ${number}" @click=${() => cite(number)}>${number}</button>`,
      )}`
    : text;
}
