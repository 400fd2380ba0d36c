import { html, live, nothing } from "./lit.js";

/**
 * A text that can be edited, with its lines numbered and those with a problem marked.
 *
 * @param problems `[{line, column, reason, suggestion}]`, those of this text
 */
export function editorView(text, problems, change) {
  const bad = new Set(problems.map(({ line }) => line));
  return html`<div class="editor">
      <div class="lines" aria-hidden="true">${text
        .split("\n")
        .map((line, index) => html`<div class=${bad.has(index + 1) ? "bad" : ""}>${line || "\u200b"}</div>`)}</div>
      <textarea aria-label="Text of the file" aria-invalid=${problems.length > 0} spellcheck="false" autocomplete="off"
        wrap="soft" aria-describedby="editor-problems" .value=${live(text)}
        @input=${(event) => change(event.target.value)}></textarea>
    </div>
    <ul id="editor-problems" class="problems" role="alert">${problems.map(
      (problem) => html`<li>
        ${problem.line
          ? html`<button type="button" class="plain" @click=${(event) => goTo(event, text, problem)}>${place(problem)}</button>`
          : nothing}
        ${problem.reason}${problem.suggestion ? html` \u2014 did you mean <code>${problem.suggestion}</code>?` : nothing}
      </li>`,
    )}</ul>`;
}

const place = ({ line, column }) => `Line ${line}${column ? `, column ${column}` : ""}:`;

/** Puts the cursor where the problem is. */
function goTo(event, text, { line, column = 1 }) {
  const area = event.target.closest(".problems").previousElementSibling.querySelector("textarea");
  const before = text.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  area.focus();
  area.setSelectionRange(before + column - 1, before + text.split("\n")[line - 1].length);
}
