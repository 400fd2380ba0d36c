import { call } from "./api.js";
import { cost, count, duration, moment } from "./format.js";
import { html, nothing } from "./lit.js";
import { problemView } from "./problem.js";
import { ranksView } from "./ranks.js";
import { tabsView } from "./tabs.js";
import { View } from "./view.js";
import { waterfallView } from "./waterfall.js";

/** How the answer with the id `trace` came about. */
class Inspector extends View {
  record = null;
  tab = "steps";

  opened() {
    this.load();
  }

  load = () =>
    this.attempt(async () => this.update({ record: await call("GET", `api/v1/traces/${encodeURIComponent(this.trace)}`) }));

  view() {
    if (this.problem) {
      return problemView(this.problem, this.load);
    }
    if (!this.record) {
      return html`<p class="quiet" role="status">Reading the record \u2026</p>`;
    }
    return tabsView(
      `inspect-${this.trace}`,
      "How the answer came about",
      [
        { id: "steps", label: "Steps", view: () => waterfallView(this.record) },
        { id: "search", label: "Search", view: () => this.search() },
        { id: "prompt", label: "Prompt", view: () => this.prompt() },
        { id: "record", label: "Record", view: () => this.facts() },
      ],
      this.tab,
      (tab) => this.update({ tab }),
    );
  }

  search() {
    const { queries = [], author } = this.record;
    return html`<h4>Searched for</h4>
      <ol class="queries">${queries.map((query) => html`<li>${query}</li>`)}</ol>
      ${author ? html`<p class="quiet">In what ${author} wrote.</p>` : nothing}
      <h4>Ranks</h4>
      ${ranksView(this.record)}`;
  }

  prompt() {
    const { prompt, template, conversation = [] } = this.record;
    return html`<h4>The prompt, as the model read it</h4>
      <pre class="prompt" tabindex="0">${prompt ?? "There was none."}</pre>
      ${conversation.length > 0
        ? html`<details><summary>The conversation before it</summary>
            <pre class="prompt" tabindex="0">${shown(conversation)}</pre></details>`
        : nothing}
      ${template
        ? html`<details><summary>Its template, ${template.name}</summary>
              <pre class="prompt" tabindex="0">${template.text ?? "The revision has none of that name."}</pre></details>
            <details><summary>The template's variables</summary>
              <dl class="variables">${Object.entries(template.variables).map(
                ([name, value]) => html`<dt>${name}</dt><dd><pre tabindex="0">${shown(value)}</pre></dd>`,
              )}</dl></details>`
        : nothing}`;
  }

  facts() {
    const { usage, experiment, feedback, ...record } = this.record;
    const facts = {
      Trace: record.trace_id,
      When: moment(record.time),
      Status: record.error ? `${record.status}, ${record.error}` : record.status,
      Revision: record.revision,
      Experiment: experiment && `arm ${experiment.arm} of ${experiment.id}`,
      Model: record.model,
      Adapter: record.adapter,
      "Tokens read": usage && count(usage.prompt_tokens),
      "Tokens written": usage && count(usage.completion_tokens),
      Cost: cost(record.cost),
      "First token": record.time_to_first_token && duration(record.time_to_first_token),
      "Ended because": record.finish_reason,
      Tags: record.tags.join(", "),
      Warnings: record.warnings.join(", "),
      Feedback: feedback && `${feedback.score} ${feedback.reason ?? ""}`,
    };
    return html`<dl class="figures">${Object.entries(facts)
      .filter(([, value]) => value)
      .map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
  }
}

const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

customElements.define("twin-inspector", Inspector);
