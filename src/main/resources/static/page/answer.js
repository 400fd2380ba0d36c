import "./feedback.js";
import { count, counted, cost, duration } from "./format.js";
import { html, nothing } from "./lit.js";
import { problemView } from "./problem.js";
import { sourceView } from "./source.js";
import { citations, textView } from "./text.js";
import { warningsView } from "./warning.js";

/** A question and its answer, with what `chat` can do about it, and the sources beside it. */
export function answerView(turn, chat) {
  const sources = turn.sources.length;
  return html`<article class="turn" aria-labelledby="${turn.id}-question" aria-busy=${turn.running}>
    <h2 class="question" id="${turn.id}-question">${turn.question.query}</h2>
    <div class="said">
      <div class="text">${textView(turn.text, sources, (number) => chat.cite(turn, number))}
        ${turn.running ? html`<p class="waiting">${waiting(turn)}</p>` : nothing}
      </div>
      ${turn.state === "stopped" ? html`<p class="quiet">Stopped.</p>` : nothing}
      ${turn.problem ? problemView(turn.problem) : nothing}
      ${warningsView(turn.warnings)}
      ${turn.state === "done" ? html`<p class="facts quiet">${facts(turn).join(" \u00b7 ")}</p>` : nothing}
      <div class="buttons">
        ${turn.running
          ? html`<button type="button" @click=${() => chat.stop(turn)}>Stop <kbd>Esc</kbd></button>`
          : html`<button type="button" @click=${() => chat.retry(turn)}>Retry</button>`}
        ${turn.running || !turn.traceId
          ? nothing
          : html`<button type="button" aria-expanded=${Boolean(turn.inspected)} @click=${() => chat.inspect(turn)}>Inspect</button>
              <button type="button" @click=${() => chat.edit(turn)}>Edit the prompt</button>`}
        ${turn.state === "done" ? html`<twin-feedback .trace=${turn.traceId}></twin-feedback>` : nothing}
      </div>
    </div>
    <aside class="sources" aria-label="Sources">
      <h3>${sources > 0 ? counted(sources, "source") : "Sources"}</h3>
      ${sources > 0 ? sourcesView(turn, chat) : html`<p class="quiet">${noSources(turn)}</p>`}
    </aside>
    ${turn.inspected ? html`<twin-inspector class="wide" .trace=${turn.traceId}></twin-inspector>` : nothing}
  </article>`;
}

function sourcesView(turn, chat) {
  const cited = citations(turn.text);
  return html`<ol>
    ${turn.sources.map((source, index) => {
      const number = index + 1;
      const marks = {
        id: sourceId(turn, number),
        cited: cited.has(number),
        meant: turn.meant === number,
        whole: Boolean(turn.whole?.has(number)),
      };
      return sourceView(source, number, marks, () => chat.toggle(turn, number));
    })}
  </ol>`;
}

export const sourceId = (turn, number) => `${turn.id}-source-${number}`;

const waiting = ({ state, question }) =>
  state === "writing" ? "Writing \u2026" : question.rag ? "Searching, reading, thinking \u2026" : "Thinking \u2026";

function facts({ model, usage, timings, history }) {
  return [
    model === "extractive" ? "extractive, quotes the sources" : model,
    timings && duration(timings.total),
    usage && `${count(usage.prompt_tokens)} tokens read, ${count(usage.completion_tokens)} written`,
    usage?.cost ? cost(usage.cost) : null,
    history.length > 0 ? "follow-up" : null,
  ].filter(Boolean);
}

function noSources({ running, question, warnings }) {
  if (!question.rag) {
    return "None were searched for: the switch was off.";
  }
  if (running) {
    return "Searching \u2026";
  }
  return warnings.includes("retrieval_unavailable")
    ? "The vector store could not be reached."
    : warnings.includes("context_dropped")
      ? "None fitted into the prompt beside the question."
      : "None.";
}
