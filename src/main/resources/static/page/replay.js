import { editsView } from "./diff.js";
import { cost, counted, duration } from "./format.js";
import { html, nothing } from "./lit.js";
import { problemView } from "./problem.js";
import { Run } from "./run.js";

/** Past requests, answered again by another revision. */
class Replay extends Run {
  view() {
    return html`<div class="loop">
      <h1>Replay</h1>
      <p class="quiet">Has a revision answer past requests again, and shows what is different.</p>
      <form class="controls" @submit=${this.begin}>
        ${this.revisionChoice("Revision")}
        <label>The last <input name="last" type="number" min="1" max="100" value="10" required></label>
        <label>With <select name="retrieval">
          <option value="recorded">the sources of then</option>
          <option value="fresh">a new search</option>
        </select></label>
        <button class="primary" ?disabled=${this.busy}>Replay</button>
      </form>
      ${this.progressView()}
      ${this.problem ? problemView(this.problem) : nothing}
      ${this.summary ? summaryView(this.summary) : nothing}
      <ul class="cards">${this.results.map(resultView)}</ul>
    </div>`;
  }

  begin = (event) => {
    event.preventDefault();
    const { revision, last, retrieval } = event.target.elements;
    this.run(
      "api/v1/replay",
      { revision: revision.value, last: Number(last.value), retrieval: retrieval.value },
    );
  };
}

function summaryView({ total, failed, skipped, changed, cost: price, latency }) {
  const facts = [
    ["Replayed", counted(total, "request")],
    ["Other answers", changed],
    ["Failed", failed],
    ["Skipped", skipped],
    ["Cost", `${cost(price?.old)} \u2192 ${cost(price?.new)}`],
    ["Mean latency", `${duration(latency?.old)} \u2192 ${duration(latency?.new)}`],
  ];
  return html`<dl class="figures wide" role="status">${facts.map(
    ([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`,
  )}</dl>`;
}

function resultView({ query, status, reason, diff }) {
  const changed = diff?.answer.some(({ op }) => op !== "equal");
  return html`<li class="card">
    <p class="headline">${query ?? "A request without its text"}
      <span class="chip ${status === "ok" ? (changed ? "caution" : "kept") : "failed"}">
        ${status === "ok" ? (changed ? "changed" : "same") : status}</span></p>
    ${reason ? html`<p class="quiet">${reason}</p>` : nothing}
    ${diff
      ? html`<div class="prompt">${editsView(diff.answer)}</div>
          <details><summary>The prompts</summary><pre class="prompt" tabindex="0">${editsView(diff.prompt)}</pre></details>`
      : nothing}
  </li>`;
}

customElements.define("twin-replay", Replay);
