import { call, find } from "./api.js";
import { cost, count, duration, moment, score } from "./format.js";
import { html, nothing } from "./lit.js";
import { problemView } from "./problem.js";
import { View } from "./view.js";

const REFRESH = 5000;

/** The traffic split between two revisions, and what came of it. */
class Experiment extends View {
  experiment = null;
  revisions = [];
  #timer = 0;

  opened() {
    this.load();
    this.#timer = setInterval(() => this.running && this.load(), REFRESH);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  get running() {
    return this.experiment !== null && !this.experiment.ended;
  }

  load = () =>
    this.attempt(async () => {
      const [experiment, list] = await Promise.all([find("api/v1/experiment"), call("GET", "api/v1/revisions")]);
      this.update({ experiment, revisions: list.revisions });
    });

  view() {
    return html`<div class="loop">
      <h1>Experiment</h1>
      <p class="quiet">Splits the traffic between two revisions. A conversation stays on its side.</p>
      ${this.problem ? problemView(this.problem, this.load) : nothing}
      ${this.experiment ? this.results() : nothing}
      ${this.running ? nothing : this.form()}
    </div>`;
  }

  results() {
    const { id, started, ended, arms } = this.experiment;
    const most = Math.max(1, ...arms.map(({ latency }) => latency.p95 ?? 0));
    return html`<p>
        <span class="chip ${ended ? "kept" : "active"}">${ended ? "ended" : "running"}</span>
        <span class="quiet">${id}, from ${moment(started)}${ended ? ` to ${moment(ended)}` : ""}</span>
      </p>
      <div class="sides">${arms.map((arm) => armView(arm, most))}</div>
      ${ended ? nothing : html`<p class="buttons"><button type="button" ?disabled=${this.busy} @click=${this.end}>End it</button></p>`}`;
  }

  form() {
    const arm = (number, chosen) => html`<fieldset>
      <legend>${number === 0 ? "One side" : "The other"}</legend>
      <label>Revision <select name="revision" required>${this.revisions.map(
        ({ id, state, note }, index) =>
          html`<option value=${id} ?selected=${index === chosen}>${id}, ${state}${note ? `, ${note}` : ""}</option>`,
      )}</select></label>
      <label>Weight <input name="weight" type="number" min="0.001" max="1000000" step="any" value="1" required></label>
    </fieldset>`;
    return html`<h2>Begin ${this.experiment ? "another" : "one"}</h2>
      ${this.revisions.length < 2
        ? html`<p class="quiet">It takes two revisions. Edit a prompt under Ask, or a file of the pipeline's folder.</p>`
        : html`<form @submit=${this.begin}>
            <div class="sides">${arm(0, 0)} ${arm(1, 1)}</div>
            <p class="buttons"><button class="primary" ?disabled=${this.busy}>Begin</button></p>
          </form>`}`;
  }

  begin = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const weights = form.getAll("weight").map(Number);
    const arms = form.getAll("revision").map((revision, index) => ({ revision, weight: weights[index] }));
    this.attempt(async () => this.update({ experiment: await call("PUT", "api/v1/experiment", { arms }) }));
  };

  end = () =>
    this.attempt(async () => {
      await call("DELETE", "api/v1/experiment");
      this.update({ experiment: await find("api/v1/experiment") });
    });
}

function armView({ revision, weight, requests, errors, latency, tokens, cost: price, feedback, warnings }, most) {
  const facts = [
    ["Requests", `${count(requests)}${errors > 0 ? `, ${count(errors)} failed` : ""}`],
    ["Tokens", `${count(tokens.prompt)} read, ${count(tokens.completion)} written`],
    ["Cost", cost(price)],
    ["Warnings", Object.entries(warnings).map(([name, times]) => `${name} ${times}`).join(", ") || "none"],
  ];
  return html`<article class="card" aria-label="Revision ${revision}">
    <h3><code>${revision}</code> <span class="quiet">weight ${weight}</span></h3>
    <dl class="figures">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
    <h4>Latency</h4>
    ${["mean", "p50", "p95"].map(
      (name) => html`<p class="measure"><span>${name}</span>
        <span class="track" aria-hidden="true"><span class="bar" .style=${`width: ${(100 * (latency[name] ?? 0)) / most}%`}></span></span>
        <span class="number">${duration(latency[name])}</span></p>`,
    )}
    <h4>Feedback</h4>
    ${feedback.count > 0
      ? html`<p class="measure"><span>${score(feedback.mean)}</span>
            <span class="track" aria-hidden="true">
              <span class="interval" .style=${`left: ${100 * feedback.low}%; width: ${100 * (feedback.high - feedback.low)}%`}></span>
              <span class="tick" .style=${`left: ${100 * feedback.mean}%`}></span>
            </span>
            <span class="number">${count(feedback.count)} given</span></p>
          <p class="quiet">With 95 % confidence between ${score(feedback.low)} and ${score(feedback.high)}.</p>`
      : html`<p class="quiet">None yet.</p>`}
  </article>`;
}

customElements.define("twin-experiment", Experiment);
