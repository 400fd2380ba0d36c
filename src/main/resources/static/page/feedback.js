import { call } from "./api.js";
import { html, nothing } from "./lit.js";
import { problemView } from "./problem.js";
import { View } from "./view.js";

const THUMB =
  "M7 10.5v9.5H4.5a1 1 0 0 1-1-1v-7.5a1 1 0 0 1 1-1H7Zm0 0 4-7c1.4 0 2.5 1.1 2.5 2.5V9h5.2a2 2 0 0 1 2 2.3l-1.1 7a2 2 0 0 1-2 1.7H7";

/** Thumbs for the answer with the id `trace`, and a reason. */
class Feedback extends View {
  score = null;
  kept = "";

  view() {
    return html`<span class="thumbs" role="group" aria-label="Was this answer good?">
        ${this.thumb(1, "Good answer", "up")} ${this.thumb(0, "Bad answer", "turned")}
      </span>
      ${this.score === null
        ? nothing
        : html`<form class="reason" @submit=${this.giveReason}>
            <input name="reason" type="text" maxlength="5000" aria-label="Why?" placeholder="Why? (optional)">
            <button ?disabled=${this.busy}>Send</button>
          </form>`}
      <span role="status" class="quiet">${this.kept}</span>
      ${this.problem ? problemView(this.problem) : nothing}`;
  }

  thumb(score, label, direction) {
    return html`<button type="button" class="thumb" aria-label=${label} title=${label}
      aria-pressed=${this.score === score} ?disabled=${this.busy} @click=${() => this.give(score)}>
      <svg class=${direction} viewBox="0 0 24 24" width="18" height="18" aria-hidden="true"><path d=${THUMB}></path></svg>
    </button>`;
  }

  give(score, reason = "") {
    return this.attempt(async () => {
      await call("POST", "api/v1/feedback", { trace_id: this.trace, score, ...(reason ? { reason } : {}) });
      this.update({ score, kept: reason ? "Thank you, that is kept." : "Kept." });
    });
  }

  giveReason = (event) => {
    event.preventDefault();
    this.give(this.score, new FormData(event.target).get("reason").trim());
  };
}

customElements.define("twin-feedback", Feedback);
