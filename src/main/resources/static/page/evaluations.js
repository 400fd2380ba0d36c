import { duration, score } from "./format.js";
import { html, nothing } from "./lit.js";
import { problemView } from "./problem.js";
import { Run } from "./run.js";

/** Questions whose answers are known, put to a revision. */
class Evaluations extends Run {
  view() {
    return html`<div class="loop">
      <h1>Evaluations</h1>
      <p class="quiet">Puts the questions of the pipeline's <code>evals/</code> to a revision, and measures its answers.</p>
      <form class="controls" @submit=${this.begin}>
        ${this.revisionChoice("Revision", "the one that serves")}
        <label>Questions of <input name="name" type="text" maxlength="100" placeholder="all files" autocomplete="off"></label>
        <label>Judged by <select name="judge">
          <option value="auto">the model, if there is one</option>
          <option value="llm">the model</option>
          <option value="none">no model</option>
        </select></label>
        <button class="primary" ?disabled=${this.busy}>Evaluate</button>
      </form>
      ${this.progressView()}
      ${this.problem ? problemView(this.problem) : nothing}
      ${this.summary ? summaryView(this.summary) : nothing}
      <ul class="cards">${this.results.map(caseView)}</ul>
    </div>`;
  }

  begin = (event) => {
    event.preventDefault();
    const { revision, name, judge } = event.target.elements;
    this.run(
      "api/v1/evaluations",
      {
        judge: judge.value,
        ...(revision.value ? { revision: revision.value } : {}),
        ...(name.value.trim() ? { name: name.value.trim() } : {}),
      },
    );
  };
}

function summaryView({ passed, measures = {} }) {
  return html`<p role="status"><span class="chip ${passed ? "active" : "failed"}">${passed ? "passed" : "not passed"}</span></p>
    ${measuresView(measures)}`;
}

function measuresView(measures) {
  return html`<dl class="figures wide">${Object.entries(measures).map(
    ([name, value]) => html`<div><dt>${name.replaceAll("_", " ")}</dt><dd>${score(value)}</dd></div>`,
  )}</dl>`;
}

function caseView({ evaluation, question, passed, failures = [], answer, sources = [], measures = {}, milliseconds }) {
  return html`<li class=${passed ? "card" : "card failed"}>
    <p class="headline">${question} <span class="chip ${passed ? "active" : "failed"}">${passed ? "passed" : "failed"}</span></p>
    ${failures.length > 0 ? html`<ul>${failures.map((failure) => html`<li>${failure}</li>`)}</ul>` : nothing}
    <p class="quiet">${evaluation}, ${duration(milliseconds)}</p>
    <details><summary>Answer, sources and measures</summary>
      <p class="prompt">${answer}</p>
      <p class="quiet">${sources.join(", ")}</p>
      ${measuresView(measures)}
    </details>
  </li>`;
}

customElements.define("twin-evaluations", Evaluations);
