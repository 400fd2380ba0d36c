import { score } from "./format.js";
import { html, nothing } from "./lit.js";
import { sourceTitle } from "./source.js";

/** Where each passage that was found stood before reranking, and where it is afterwards. */
export function ranksView({ retrieved = [], sources = [] }) {
  if (retrieved.length === 0) {
    return html`<p class="quiet">Nothing was searched for, or nothing found.</p>`;
  }
  const after = new Map(sources.map((source, index) => [source.id, { rank: index + 1, scores: source.scores }]));
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Ranks">
    <table class="ranks">
      <caption>${retrieved.length} passages were found, ${sources.length} went into the prompt</caption>
      <thead>
        <tr>
          <th scope="col" class="number">Before</th>
          <th scope="col" class="number">After</th>
          <th scope="col">Passage</th>
          ${["dense", "bm25", "fused", "rerank"].map((stage) => html`<th scope="col" class="number">${stage}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${retrieved.map((passage, index) => rankView(passage, index + 1, after.get(passage.id)))}
      </tbody>
    </table>
  </div>`;
}

function rankView(passage, before, after) {
  const scores = { ...passage.scores, ...after?.scores };
  return html`<tr class=${after ? "kept" : ""}>
    <td class="number">${before}</td>
    <td class="number">${after ? html`<strong>${after.rank}</strong> ${moved(before - after.rank)}` : "\u2013"}</td>
    <td><span class="title">${sourceTitle(passage)}</span>
      <span class="quiet start">${passage.content.slice(0, 110)}</span></td>
    ${["dense", "bm25", "fused", "rerank"].map((stage) => html`<td class="number">${score(scores[stage])}</td>`)}
  </tr>`;
}

function moved(places) {
  if (places === 0) {
    return nothing;
  }
  return places > 0
    ? html`<span class="up" title="up by ${places}">\u25b2${places}</span>`
    : html`<span class="down" title="down by ${-places}">\u25bc${-places}</span>`;
}
