import { call } from "./api.js";
import { documentsIn } from "./document.js";
import { counted } from "./format.js";
import { html, nothing } from "./lit.js";
import { problemOf } from "./problem.js";
import { View } from "./view.js";

const ACCEPTED = ".md,.markdown,.txt,.text,.json,.jsonl,.ndjson";
/** Documents to a request, so that there is something to see between two. */
const BATCH = 8;

/** Where documents are handed in, by choosing files or by dropping them. */
class Documents extends View {
  /** `{name, state, done, total, results, reason}` for each file. */
  files = [];
  over = false;

  view() {
    return html`<div class="loop">
      <h1>Documents</h1>
      <p class="quiet">What the twin reads. A document that is sent again takes the place of the one before.</p>
      <form class="controls" @submit=${(event) => event.preventDefault()}>
        <label>Author <input name="author" type="text" maxlength="200" value="Me" required></label>
        <label>Kind <select name="type">
          <option value="article">article</option>
          <option value="post">post</option>
          <option value="repository">repository</option>
        </select></label>
        <span class="quiet">for files that don't say</span>
      </form>
      <label class=${this.over ? "drop over" : "drop"} @dragover=${this.hover} @dragleave=${this.unhover} @drop=${this.drop}>
        <strong>Drop files here, or choose them</strong>
        <span class="quiet">Markdown, text, JSON or JSONL, the LLM Twin course's included</span>
        <input type="file" multiple accept=${ACCEPTED} ?disabled=${this.busy} @change=${this.choose}>
      </label>
      <p class="unseen" role="status">${this.said()}</p>
      <ul class="cards">${this.files.map(fileView)}</ul>
    </div>`;
  }

  hover = (event) => {
    event.preventDefault();
    this.update({ over: true });
  };

  unhover = () => this.update({ over: false });

  drop = (event) => {
    event.preventDefault();
    this.update({ over: false });
    this.send([...event.dataTransfer.files]);
  };

  choose = (event) => {
    this.send([...event.target.files]);
    event.target.value = "";
  };

  async send(files) {
    const form = new FormData(this.querySelector("form"));
    const labels = { type: form.get("type"), author: form.get("author").trim() || "Me" };
    const entries = files.map((file) => ({ name: file.name, state: "waiting", done: 0, total: 0, results: [] }));
    this.update({ busy: true, files: [...entries, ...this.files] });
    for (const [index, entry] of entries.entries()) {
      await this.store(files[index], entry, labels);
    }
    this.update({ busy: false });
  }

  async store(file, entry, labels) {
    const change = (changes) => {
      Object.assign(entry, changes);
      this.update();
    };
    try {
      const documents = await documentsIn(file, labels);
      change({ state: "sending", total: documents.length });
      for (let first = 0; first < documents.length; first += BATCH) {
        const batch = documents.slice(first, first + BATCH);
        const results = await sent(batch);
        change({ done: first + batch.length, results: [...entry.results, ...results] });
      }
      change({ state: entry.results.every(({ status }) => status === "stored") ? "stored" : "incomplete" });
    } catch (error) {
      const reason = error instanceof SyntaxError ? `This is no JSON: ${error.message}` : problemOf(error).message;
      change({ state: "failed", reason });
    }
  }

  said() {
    const stored = this.files.flatMap(({ results }) => results).filter(({ status }) => status === "stored").length;
    return this.busy ? "Sending." : this.files.length > 0 ? `${counted(stored, "document")} stored.` : "";
  }
}

/** What became of each document, also where the service stored only some of them. */
async function sent(batch) {
  try {
    return (await call("POST", "api/v1/documents", batch)).documents;
  } catch (problem) {
    if (problem.documents?.length > 0) {
      return problem.documents;
    }
    throw problem;
  }
}

function fileView({ name, state, done, total, results, reason }) {
  const chip = { stored: "active", failed: "failed", incomplete: "caution" }[state] ?? "kept";
  return html`<li class="card">
    <p class="headline">${name} <span class="chip ${chip}">${state}</span></p>
    ${state === "sending" ? html`<progress aria-label="Sending ${name}" max=${total} .value=${done}></progress>` : nothing}
    ${reason ? html`<p role="alert">${reason}</p>` : nothing}
    ${results.length > 0
      ? html`<ul class="results">${results.map(
          (result) => html`<li><code>${result.id}</code> ${result.status === "stored"
            ? counted(result.chunks, "chunk")
            : html`<span class="chip failed">${result.status.replace("_", " ")}</span>`} ${result.reason ?? ""}</li>`,
        )}</ul>`
      : nothing}
  </li>`;
}

customElements.define("twin-documents", Documents);
