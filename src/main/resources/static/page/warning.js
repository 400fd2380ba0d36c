import { html, nothing } from "./lit.js";

const MEANINGS = {
  conversation_trimmed: "The conversation is longer than the model can read, so its oldest turns were left out.",
  question_not_condensed: "The question could not be put into words that stand alone, so it was searched as it is.",
  answer_truncated: "The answer reached its limit of tokens and ends in the middle.",
  author_ambiguous: "The name in the question fits several authors, so everybody's writing was searched.",
  author_unavailable: "Who the authors are could not be looked up, so everybody's writing was searched.",
  author_unknown: "The store has no author of the name in the question, so everybody's writing was searched.",
  context_dropped: "Not every passage fitted into the prompt; the lowest ranked were left out.",
  expansion_unavailable: "The question could not be expanded, so it was searched as it stands.",
  collection_mismatch: "A part of the material was left out, because another embedding model indexed it.",
  neighbours_unavailable: "What stands around the passages could not be fetched, so they stand alone.",
  rerank_unavailable: "The passages could not be reranked and are in the order of the search.",
  retrieval_unavailable: "The vector store could not be reached, so the model answered without sources.",
};

/** The warnings of an answer, each with what it means. */
export function warningsView(warnings) {
  return warnings.length === 0
    ? nothing
    : html`<ul class="warnings" aria-label="Warnings">
        ${warnings.map(
          (name) => html`<li>
            <span class="chip caution">${name}</span> ${MEANINGS[name] ?? "This page has no explanation for that one."}
          </li>`,
        )}
      </ul>`;
}
