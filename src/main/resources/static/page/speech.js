/**
 * Says an answer to those who listen, a sentence at a time and not a token at a time, in `log`, which is a live region.
 */
export class Speech {
  #log;
  #said = 0;

  constructor(log) {
    this.#log = log;
  }

  begin() {
    this.#said = 0;
    this.#log.replaceChildren();
  }

  /** Says those sentences of `text` that are whole, or all of it where that is `complete`. */
  say(text, complete) {
    const rest = text.slice(this.#said);
    const end = complete ? rest.length : rest.search(/[.!?:]\s(?!.*[.!?:]\s)/s) + 1;
    const sentences = rest.slice(0, end).replace(/\s*\[[\d, ]+\]|[`*]/g, "").trim();
    this.#said += end;
    this.announce(sentences);
  }

  announce(words) {
    if (words) {
      const line = document.createElement("p");
      line.textContent = words;
      this.#log.append(line);
    }
  }
}
