import { stream } from "./api.js";
import { Problem, problemOf } from "./problem.js";

const NOTHING = {
  text: "",
  sources: [],
  warnings: [],
  model: null,
  usage: null,
  timings: null,
  revision: null,
  traceId: null,
  problem: null,
};

let turns = 0;

/** A question, and the answer as far as it is written. Its `state` is waiting, writing, done, stopped or failed. */
export class Turn {
  id = `turn-${++turns}`;
  state = "waiting";
  #abort = new AbortController();

  /**
   * @param question `{query, author, rag}`
   * @param wanted the revision that is to answer; null for the one that serves
   * @param history turns that the question follows up; one with an author or without sources stands alone
   */
  constructor(question, { wanted = null, history = [] } = {}) {
    this.question = question;
    this.wanted = wanted;
    this.history = history;
    Object.assign(this, NOTHING);
  }

  get running() {
    return this.state === "waiting" || this.state === "writing";
  }

  stop() {
    this.#abort.abort();
  }

  /** Asks, from the beginning, and calls `changed` as often as there is more to see. */
  async run(changed) {
    Object.assign(this, NOTHING, { state: "waiting" });
    this.#abort = new AbortController();
    changed();
    try {
      await this.#read(changed);
    } catch (error) {
      const stopped = error.name === "AbortError";
      Object.assign(this, { state: stopped ? "stopped" : "failed", problem: stopped ? null : problemOf(error) });
      this.traceId ??= this.problem?.traceId ?? null;
    }
    changed();
  }

  async #read(changed) {
    const [path, body, part] = this.history.length > 0 ? this.#chat() : this.#generate();
    const headers = this.wanted ? { "X-Revision": this.wanted } : {};
    const { response, events } = await stream(path, body, { headers, signal: this.#abort.signal });
    this.traceId = response.headers.get("X-Trace-Id");
    this.revision = response.headers.get("X-Revision");
    for await (const event of events) {
      Object.assign(this, part(event));
      if (this.text !== "" && this.state === "waiting") {
        this.state = "writing";
      }
      changed();
    }
    if (this.state !== "done") {
      throw new Problem({ title: "The answer broke off", detail: "The connection ended in the middle." });
    }
  }

  #generate() {
    const { query, author, rag } = this.question;
    const body = { query, enable_rag: rag, stream: true, ...(author ? { author } : {}) };
    const part = ({ event, data }) => {
      switch (event) {
        case "sources":
          return { sources: data.sources };
        case "token":
          return { text: this.text + data.token };
        case "done":
          return { state: "done", ...ending(data) };
        default:
          throw broken(data);
      }
    };
    return ["api/v1/generate", body, part];
  }

  /** OpenAI's conversation; the service puts the question into words that stand alone. */
  #chat() {
    const said = this.history.flatMap((turn) => [
      { role: "user", content: turn.question.query },
      { role: "assistant", content: turn.text },
    ]);
    const body = {
      model: this.question.rag ? "llm-twin" : "llm-twin-no-rag",
      messages: [...said, { role: "user", content: this.question.query }],
      stream: true,
      stream_options: { include_usage: true },
    };
    const part = ({ data }) => {
      if (data === "[DONE]") {
        return { state: "done" };
      }
      if (data.error) {
        throw broken({ detail: data.error.message });
      }
      return {
        text: this.text + (data.choices[0]?.delta?.content ?? ""),
        sources: data.sources ?? this.sources,
        warnings: data.warnings ?? this.warnings,
        usage: data.usage ?? this.usage,
        revision: data.system_fingerprint ?? this.revision,
      };
    };
    return ["v1/chat/completions", body, part];
  }
}

const ending = ({ model, usage, timings, revision, warnings }) => ({ model, usage, timings, revision, warnings });

const broken = ({ title, detail, trace_id: traceId }) =>
  new Problem({ title: title ?? "The answer broke off", detail: detail ?? "The service gave no reason.", traceId });
