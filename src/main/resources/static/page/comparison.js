import { diff, sideView } from "./diff.js";
import { count, duration } from "./format.js";
import { html, nothing } from "./lit.js";
import { problemView } from "./problem.js";
import { tabsView } from "./tabs.js";

/** What the revision that answered and a draft of it make of the same question, side by side. */
export function comparisonView(workbench) {
  const { trial, prompts, draft, tab, busy } = workbench;
  return html`<section class="comparison" aria-labelledby="comparison-title">
    <h2 id="comparison-title">The same question on both</h2>
    ${tabsView(
      "comparison",
      "What is compared",
      [
        { id: "answers", label: "Answers", view: () => sides(workbench, trial.map((turn) => turn.text)) },
        {
          id: "prompts",
          label: "Prompts",
          view: () => (prompts ? sides(workbench, prompts) : html`<p class="quiet">Once both have answered.</p>`),
        },
      ],
      tab,
      (chosen) => workbench.update({ tab: chosen }),
    )}
    <div class="buttons">
      ${draft?.state === "draft"
        ? html`<button type="button" class="primary" ?disabled=${busy} @click=${workbench.activate}>Activate the draft</button>
            <button type="button" ?disabled=${busy} @click=${workbench.discard}>Throw it away</button>`
        : nothing}
      <button type="button" ?disabled=${busy} @click=${() => workbench.attempt(workbench.compare)}>Ask again</button>
    </div>
  </section>`;
}

function sides({ trial, base, draft }, texts) {
  const edits = trial.some((turn) => turn.running) ? null : diff(...texts);
  const names = [`Before, ${base.id}`, `${draft?.state === "active" ? "Now" : "Draft"}, ${draft?.id}`];
  return html`<div class="sides">${trial.map(
    (turn, index) => html`<article aria-label=${names[index]} aria-busy=${turn.running}>
      <h3>${names[index]}</h3>
      <div class="prompt">${edits ? sideView(edits, index === 0 ? "delete" : "insert") : texts[index] || "\u2026"}</div>
      ${turn.problem ? problemView(turn.problem) : nothing}
      ${turn.timings
        ? html`<p class="quiet">${duration(turn.timings.total)}, ${count(turn.usage?.total_tokens)} tokens${
            turn.warnings.length > 0 ? `, ${turn.warnings.join(", ")}` : ""}</p>`
        : nothing}
    </article>`,
  )}</div>`;
}
