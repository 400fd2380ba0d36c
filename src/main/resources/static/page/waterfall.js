import { duration } from "./format.js";
import { html, nothing } from "./lit.js";

const STEPS = {
  condense: "Put the question to stand alone",
  expand: "Expand the question",
  author: "Find the author",
  retrieve: "Search",
  rerank: "Rerank",
  neighbours: "Join neighbours",
  prompt: "Fill the prompt",
  llm: "Language model",
  redact: "Redact the record",
};

/** When each step of a trace began and how long it took; a step within another is set in. */
export function waterfallView(trace) {
  const begin = Date.parse(trace.time);
  const total = Math.max(Date.parse(trace.end_time) - begin, trace.timings.total ?? 0, 1);
  const steps = nested(trace.steps.map((step) => ({ ...step, from: Date.parse(step.start) - begin })));
  return html`<table class="waterfall">
    <caption class="unseen">Steps of the request, in the order in which they began</caption>
    <thead class="unseen">
      <tr><th scope="col">Step</th><th scope="col">When</th><th scope="col">Took</th></tr>
    </thead>
    <tbody>
      ${steps.map(
        ({ name, from, milliseconds, error, depth }) => html`<tr>
          <th scope="row" class="depth-${Math.min(depth, 3)}">${STEPS[name] ?? name}</th>
          <td><span class="track"><span class=${error ? "bar failed" : "bar"} .style=${place(from, milliseconds, total)}></span>
            <span class="unseen">from ${duration(from)}${error ? `, failed: ${error}` : ""}</span></span></td>
          <td class="number">${duration(milliseconds)}</td>
        </tr>`,
      )}
      <tr class="whole">
        <th scope="row">The whole request</th>
        <td>${trace.time_to_first_token
          ? html`<span class="track"><span class="tick" .style=${place(trace.time_to_first_token, 0, total)}></span>
              <span class="note">first token after ${duration(trace.time_to_first_token)}</span></span>`
          : nothing}</td>
        <td class="number">${duration(trace.timings.total ?? total)}</td>
      </tr>
    </tbody>
  </table>
  ${trace.timings.overhead == null
    ? nothing
    : html`<p class="quiet">The service's own share is ${duration(trace.timings.overhead)}; the rest is models and the store.</p>`}`;
}

/** As a bar within a track that is `total` long. Set as a property, which the page's policy allows. */
function place(from, length, total) {
  const left = Math.min(99.5, Math.max(0, (100 * from) / total));
  return `left: ${left}%; width: ${Math.max(0.5, Math.min(100 - left, (100 * length) / total))}%`;
}

/** In the order of their beginnings, each with how many others it lies within. */
function nested(steps) {
  const sorted = [...steps].sort((a, b) => a.from - b.from || b.milliseconds - a.milliseconds);
  return sorted.map((step, index) => ({
    ...step,
    depth: sorted
      .slice(0, index)
      .filter((other) => other.from + other.milliseconds >= step.from + step.milliseconds).length,
  }));
}
