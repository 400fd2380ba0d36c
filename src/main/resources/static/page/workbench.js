import { call } from "./api.js";
import { comparisonView } from "./comparison.js";
import { editorView } from "./editor.js";
import { html, nothing } from "./lit.js";
import { problemView } from "./problem.js";
import { Turn } from "./turn.js";
import { View } from "./view.js";

const ANSWER = "prompts/answer.mustache";

/**
 * Where the pipeline behind an answer is edited and tried: a file becomes a draft, the draft and the revision that it
 * comes from answer the same question, and the draft is activated or thrown away.
 */
class Workbench extends View {
  /** The texts of the revision that answered, and what has been made of them. */
  files = null;
  edits = {};
  path = ANSWER;
  /** The draft, and both answers to the question. */
  draft = null;
  trial = null;
  tab = "answers";
  said = "";

  opened() {
    this.load();
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.stop());
  }

  load = () =>
    this.attempt(async () => {
      // a question that got nowhere was answered by none
      const id = this.turn.revision ?? (await call("GET", "api/v1/revisions")).active;
      const revision = await call("GET", `api/v1/revisions/${id}`);
      this.update({ base: revision, files: revision.files, edits: {} });
    });

  view() {
    return html`<section class="workbench" aria-labelledby="workbench-title">
      <p><button type="button" class="plain" @click=${this.leave}>\u2190 Back to the conversation</button></p>
      <h1 id="workbench-title">Edit the prompt</h1>
      <p class="quiet">Question: ${this.turn.question.query}</p>
      ${this.files ? this.edit() : nothing}
      ${this.problem && this.problem.problems.length === 0 ? problemView(this.problem, this.files ? null : this.load) : nothing}
      ${this.elsewhere().length > 0 ? html`<div role="alert" class="problem"><ul>${this.elsewhere().map(
        ({ file, line, reason }) => html`<li>${[file, line].filter(Boolean).join(":")} ${reason}</li>`)}</ul></div>` : nothing}
      ${this.trial ? comparisonView(this) : nothing}
      <p role="status" class="said">${this.said}</p>
    </section>`;
  }

  edit() {
    const problems = this.problems().filter(({ file }) => file === this.path);
    return html`<div class="controls">
        <label>File <select @change=${(event) => this.update({ path: event.target.value })}>
          ${Object.keys(this.files)
            .sort()
            .map((path) => html`<option ?selected=${path === this.path}>${path}</option>`)}
        </select></label>
        <span class="quiet">of revision ${this.base.id}</span>
      </div>
      ${editorView(this.text(), problems, (text) => this.change(text))}
      <div class="buttons">
        <button type="button" class="primary" ?disabled=${this.busy || !this.changed()} @click=${this.try}>Try it</button>
        <button type="button" ?disabled=${!this.changed()} @click=${() => this.update({ edits: {}, problem: null })}>Undo all</button>
        <span class="quiet">Makes a draft, which answers only here.</span>
      </div>`;
  }

  text() {
    return this.edits[this.path] ?? this.files[this.path];
  }

  change(text) {
    const { [this.path]: ignored, ...others } = this.edits;
    this.update({ edits: text === this.files[this.path] ? others : { ...others, [this.path]: text } });
  }

  changed() {
    return Object.keys(this.edits).length > 0;
  }

  problems() {
    return this.problem?.problems ?? [];
  }

  /** Problems that no file of the editor shows. */
  elsewhere() {
    return this.problems().filter(({ file }) => file !== this.path);
  }

  try = () =>
    this.attempt(async () => {
      this.update({ said: "Checking the draft \u2026", trial: null });
      this.stop();
      try {
        const note = `Edit of ${Object.keys(this.edits).join(", ")}`;
        const draft = await call("POST", "api/v1/revisions", { base: this.base.id, files: this.edits, note });
        this.update({ draft, said: "" });
        await this.compare();
      } catch (problem) {
        this.update({ said: problem.problems ? "The draft was refused." : "" });
        throw problem;
      }
    });

  /** Has both revisions answer the question, and then reads what their prompts were. */
  compare = async () => {
    const { question, history } = this.turn;
    const trial = [this.base, this.draft].map((revision) => new Turn(question, { wanted: revision.id, history }));
    this.update({ trial, prompts: null });
    await Promise.all(trial.map((turn) => turn.run(() => this.update())));
    if (trial === this.trial && trial.every((turn) => turn.state === "done")) {
      const traces = await Promise.all(trial.map((turn) => call("GET", `api/v1/traces/${turn.traceId}`)));
      this.update({ prompts: traces.map((trace) => trace.prompt ?? ""), said: "Both have answered." });
    }
  };

  activate = () =>
    this.attempt(async () => {
      const active = await call("POST", `api/v1/revisions/${this.draft.id}/activate`);
      this.update({ draft: active, said: `Revision ${active.id} serves now. The one before is kept under Revisions.` });
    });

  discard = () =>
    this.attempt(async () => {
      await call("DELETE", `api/v1/revisions/${this.draft.id}`);
      this.update({ draft: null, trial: null, said: "The draft is gone." });
    });

  stop() {
    this.trial?.forEach((turn) => turn.running && turn.stop());
  }

  leave = () => {
    this.stop();
    this.dispatchEvent(new CustomEvent("leave"));
  };
}

customElements.define("twin-workbench", Workbench);
