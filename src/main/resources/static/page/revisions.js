import { call, find } from "./api.js";
import { diff, editsView } from "./diff.js";
import { counted, moment } from "./format.js";
import { html, nothing, repeat } from "./lit.js";
import { problemView } from "./problem.js";
import { View } from "./view.js";

/** The revisions of the pipeline: which serves, which served or could, and what was rejected. */
class Revisions extends View {
  list = null;
  said = "";
  /** The ids of the two that are compared, and the files that tell them apart. */
  compared = [];
  changes = null;

  opened() {
    this.load();
  }

  load = () =>
    this.attempt(async () => {
      const list = await call("GET", "api/v1/revisions");
      this.update({ list, compared: this.compared.length ? this.compared : [list.previous ?? list.active, list.active] });
    });

  view() {
    return html`<div class="loop">
      <h1>Revisions</h1>
      <p class="quiet">The pipeline at one moment: its routes, its prompts, its rules. One serves; what is under way ends where it began.</p>
      ${this.problem ? problemView(this.problem, this.load) : nothing}
      <p role="status" class="said">${this.said}</p>
      ${this.list ? html`${this.table()} ${this.comparison()} ${this.rejected()}` : nothing}
    </div>`;
  }

  table() {
    return html`<ul class="cards">${repeat(
      this.list.revisions,
      ({ id }) => id,
      (revision) => html`<li class="card" aria-label="Revision ${revision.id}">
        <p class="headline"><code>${revision.id}</code> <span class="chip ${revision.state}">${revision.state}</span></p>
        <p>${revision.note ?? nothing}</p>
        <p class="quiet">${about(revision).join(" \u00b7 ")}</p>
        <p class="buttons">
          ${revision.state === "active"
            ? nothing
            : html`<button type="button" class=${revision.id === this.list.previous ? "primary" : ""} ?disabled=${this.busy}
                  @click=${() => this.activate(revision)}>${revision.state === "kept" ? "Roll back to it" : "Activate"}</button>
                <button type="button" ?disabled=${this.busy} @click=${() => this.discard(revision)}>Delete</button>`}
        </p>
      </li>`,
    )}</ul>`;
  }

  comparison() {
    const choice = (index, label) => html`<label>${label}
      <select @change=${(event) => this.choose(index, event.target.value)}>${this.list.revisions.map(
        ({ id, state }) => html`<option value=${id} ?selected=${id === this.compared[index]}>${id}, ${state}</option>`,
      )}</select></label>`;
    return html`<h2>What changed between two</h2>
      <div class="controls">
        ${choice(0, "From")} ${choice(1, "to")}
        <button type="button" ?disabled=${this.busy} @click=${this.compare}>Compare</button>
      </div>
      ${this.changes === null
        ? nothing
        : this.changes.length === 0
          ? html`<p class="quiet" role="status">They have the same files.</p>`
          : this.changes.map(
              ({ path, before, after }) => html`<h3><code>${path}</code></h3>
                <pre class="prompt" tabindex="0">${editsView(diff(before, after, path.endsWith(".yaml") ? "line" : "word"))}</pre>`,
            )}`;
  }

  rejected() {
    const { rejected } = this.list;
    return html`<h2>Rejected of late</h2>
      ${rejected.length === 0 ? html`<p class="quiet">Nothing.</p>` : nothing}
      <ul class="cards">${rejected.map(
        ({ id, origin, time, problems }) => html`<li class="card failed">
          <p class="quiet">${[id, origin, moment(time)].filter(Boolean).join(" \u00b7 ")}</p>
          <ul>${problems.map(
            ({ file, line, reason, suggestion }) => html`<li>
              ${file ? html`<code>${[file, line].filter(Boolean).join(":")}</code>` : nothing} ${reason}
              ${suggestion ? html`\u2014 did you mean <code>${suggestion}</code>?` : nothing}
            </li>`,
          )}</ul>
        </li>`,
      )}</ul>`;
  }

  choose(index, id) {
    this.update({ compared: this.compared.with(index, id), changes: null });
  }

  compare = () =>
    this.attempt(async () => {
      const [before, after] = await Promise.all(this.compared.map((id) => call("GET", `api/v1/revisions/${id}`)));
      const paths = [...new Set([...Object.keys(before.files), ...Object.keys(after.files)])].sort();
      const changes = paths
        .map((path) => ({ path, before: before.files[path] ?? "", after: after.files[path] ?? "" }))
        .filter((file) => file.before !== file.after);
      this.update({ changes });
    });

  activate = ({ id }) => this.do(() => call("POST", `api/v1/revisions/${id}/activate`), `Revision ${id} serves now.`);

  discard = ({ id }) => this.do(() => call("DELETE", `api/v1/revisions/${id}`), `Revision ${id} is gone.`);

  async do(work, said) {
    await this.attempt(async () => {
      await work();
      this.update({ said, compared: [], changes: null, list: await find("api/v1/revisions") });
      this.update({ compared: [this.list.previous ?? this.list.active, this.list.active] });
    });
  }
}

function about({ origin, created, activated, running, requests }) {
  return [
    { application: "came with the application", folder: "from the folder", draft: "sent as a draft" }[origin],
    `made ${moment(created)}`,
    activated && `served from ${moment(activated)}`,
    running ? `running, ${counted(requests, "request")} in it` : "not running",
  ].filter(Boolean);
}

customElements.define("twin-revisions", Revisions);
