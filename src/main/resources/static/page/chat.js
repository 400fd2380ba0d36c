import { answerView, sourceId } from "./answer.js";
import { counted } from "./format.js";
import "./inspector.js";
import { html, nothing, repeat } from "./lit.js";
import { Speech } from "./speech.js";
import { Turn } from "./turn.js";
import { View } from "./view.js";
import "./workbench.js";

const EXAMPLES = [
  "What happens to a request when Qdrant is down?",
  "How is a document cut into chunks?",
  "Which headers does the door let in?",
  "What happens when the language model can't be reached?",
];

/** The conversation. */
class Chat extends View {
  turns = [];
  /** The turn whose prompt is being edited. */
  edited = null;
  speech = new Speech(document.getElementById("speech"));

  opened() {
    const asked = new URLSearchParams(location.search);
    if (asked.get("q") && this.turns.length === 0) {
      this.ask({ query: asked.get("q"), author: asked.get("author") ?? "", rag: asked.get("rag") !== "off" });
    }
    document.addEventListener("keydown", this.stopOnEscape);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.stopOnEscape);
  }

  view() {
    if (this.edited) {
      return html`<twin-workbench .turn=${this.edited} @leave=${() => this.update({ edited: null })}></twin-workbench>`;
    }
    return html`<h1 class="unseen">Ask</h1>
      ${this.turns.length === 0 ? this.welcome() : nothing}
      <div class="turns">${repeat(this.turns, (turn) => turn.id, (turn) => answerView(turn, this))}</div>
      ${this.composer()}`;
  }

  welcome() {
    return html`<section class="welcome" aria-labelledby="welcome">
      <h2 id="welcome">What would you like to know?</h2>
      <p class="quiet">
        Answers as its author would, and shows what it read. Out of the box that is this project: its documentation, its
        change log and its source.
      </p>
      <ul class="examples">
        ${EXAMPLES.map(
          (query) =>
            html`<li><button type="button" @click=${() => this.ask({ query, author: "", rag: true })}>${query}</button></li>`,
        )}
      </ul>
    </section>`;
  }

  composer() {
    return html`<div class="dock"><form class="composer" @submit=${this.submit}>
      <textarea name="query" rows="1" maxlength="20000" required autofocus spellcheck="true" aria-label="Your question"
        aria-describedby="keys" placeholder=${this.turns.length > 0 ? "Ask on \u2026" : "Ask a question \u2026"}
        @keydown=${this.submitOnEnter}></textarea>
      <div class="controls">
        <label class="switch"><input name="rag" type="checkbox" role="switch" checked> Search for sources</label>
        <label class="author">Author <input name="author" type="text" maxlength="200" placeholder="anyone"
          autocomplete="off" spellcheck="false" title="A question about one author's writing stands alone"></label>
        <span id="keys" class=${this.turns.length > 0 ? "unseen" : "hint quiet"}>
          <kbd>Enter</kbd> asks, <kbd>Shift</kbd> <kbd>Enter</kbd> a new line
        </span>
        ${this.turns.length > 0
          ? html`<button type="button" class="anew" @click=${this.startAnew}>New chat</button>`
          : nothing}
        <button class="primary" ?disabled=${this.running}>Ask</button>
      </div>
    </form></div>`;
  }

  get running() {
    return this.turns.some((turn) => turn.running);
  }

  submitOnEnter = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  };

  stopOnEscape = (event) => {
    if (event.key === "Escape") {
      this.turns.forEach((turn) => turn.running && turn.stop());
    }
  };

  submit = (event) => {
    event.preventDefault();
    const { query, author, rag } = event.target.elements;
    if (query.value.trim() && !this.running) {
      this.ask({ query: query.value.trim(), author: author.value.trim(), rag: rag.checked });
      query.value = "";
    }
  };

  startAnew = () => {
    this.turns.forEach((turn) => turn.running && turn.stop());
    this.update({ turns: [] });
    history.replaceState(null, "", location.pathname + location.hash);
    this.querySelector("textarea").focus();
  };

  ask(question) {
    const history = question.author ? [] : this.turns.filter((turn) => turn.state === "done");
    const turn = new Turn(question, { history });
    this.update({ turns: [...this.turns, turn] });
    keepInAddress(question);
    this.run(turn);
    queueMicrotask(() => document.getElementById(`${turn.id}-question`)?.scrollIntoView({ block: "start" }));
  }

  /** Runs `turn`, and says it to those who listen. */
  async run(turn) {
    this.speech.begin();
    this.speech.announce("Working on the answer.");
    await turn.run(() => {
      this.update();
      this.speech.say(turn.text, !turn.running);
    });
    this.speech.announce(ended(turn));
  }

  stop(turn) {
    turn.stop();
  }

  retry(turn) {
    Object.assign(turn, { inspected: false, meant: null, whole: null });
    this.run(turn);
  }

  inspect(turn) {
    turn.inspected = !turn.inspected;
    this.update();
  }

  edit(turn) {
    this.update({ edited: turn });
  }

  /** Shows a source, and that it is the one meant. */
  cite(turn, number) {
    turn.meant = number;
    this.update();
    queueMicrotask(() => {
      const source = document.getElementById(sourceId(turn, number));
      source.focus({ preventScroll: true });
      source.scrollIntoView({ block: "nearest" });
    });
  }

  toggle(turn, number) {
    turn.whole ??= new Set();
    if (!turn.whole.delete(number)) {
      turn.whole.add(number);
    }
    this.update();
  }
}

/** How it came out, to those who listen; a problem is an alert already. */
function ended({ state, sources }) {
  return { done: `That is the answer, from ${counted(sources.length, "source")}.`, stopped: "Stopped." }[state] ?? "";
}

/** Makes the address of the page one that asks the same again. */
function keepInAddress({ query, author, rag }) {
  const parameters = new URLSearchParams({ q: query, ...(author ? { author } : {}), ...(rag ? {} : { rag: "off" }) });
  history.replaceState(null, "", `?${parameters}${location.hash}`);
}

customElements.define("twin-chat", Chat);
