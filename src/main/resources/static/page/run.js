import { call, stream } from "./api.js";
import { html, nothing } from "./lit.js";
import { Problem } from "./problem.js";
import { View } from "./view.js";

/** Something that the service works on for a while, telling how far it is: a form, progress, results. */
export class Run extends View {
  revisions = [];
  /** `{done, total}` while it runs. */
  progress = null;
  results = [];
  summary = null;
  #abort = null;

  opened() {
    this.attempt(async () => this.update({ revisions: (await call("GET", "api/v1/revisions")).revisions }));
  }

  disconnectedCallback() {
    this.cancel();
  }

  cancel = () => this.#abort?.abort();

  /** Sends `body` to `path` and takes what comes. */
  run(path, body) {
    return this.attempt(async () => {
      this.#abort = new AbortController();
      this.update({ progress: { done: 0, total: 0 }, results: [], summary: null });
      try {
        const { events } = await stream(path, { ...body, stream: true }, { signal: this.#abort.signal });
        for await (const { event, data } of events) {
          this.take(event, data);
        }
      } catch (error) {
        throw explained(error);
      } finally {
        this.update({ progress: null });
      }
    });
  }

  take(event, data) {
    switch (event) {
      case "progress":
        return this.update({ progress: data });
      case "result":
        return this.update({ results: [...this.results, data] });
      case "done":
        return this.update({ summary: data.summary ?? data });
      case "error":
        throw new Problem({ title: data.title, detail: data.detail, traceId: data.trace_id });
      default:
        return undefined;
    }
  }

  revisionChoice(label, otherwise = null) {
    return html`<label>${label} <select name="revision">
      ${otherwise ? html`<option value="">${otherwise}</option>` : nothing}
      ${this.revisions.map(
        ({ id, state, note }) => html`<option value=${id}>${id}, ${state}${note ? `, ${note}` : ""}</option>`,
      )}
    </select></label>`;
  }

  progressView() {
    if (!this.progress) {
      return nothing;
    }
    const { done, total } = this.progress;
    return html`<div class="running">
      <progress aria-label="Progress" max=${Math.max(total, 1)} .value=${done}></progress>
      <span class="number" role="status">${total > 0 ? `${done} of ${total}` : "Beginning \u2026"}</span>
      <button type="button" @click=${this.cancel}>Cancel</button>
    </div>`;
  }
}

function explained(error) {
  return error.name === "AbortError"
    ? new Problem({ title: "Cancelled", detail: "What was done until then is below." })
    : error;
}
