import { html, nothing } from "./lit.js";
import { View } from "./view.js";

const NAME = "llm-twin.key";

/** The API key that requests carry; null without one. */
export const apiKey = () => sessionStorage.getItem(NAME);

/** Where the API key is entered. It is kept in this tab, until that is closed. */
class Key extends View {
  open() {
    this.querySelector("dialog").showModal();
  }

  view() {
    return html`<dialog aria-labelledby="key-title">
      <form @submit=${this.keep}>
        <h2 id="key-title">API key</h2>
        <p class="quiet">For a service that asks for one. It stays in this tab, and is forgotten when you close it.</p>
        <label>Key <input name="key" type="password" autocomplete="off" .value=${apiKey() ?? ""}></label>
        <p class="buttons">
          <button class="primary">Keep</button>
          ${apiKey() ? html`<button type="button" @click=${this.forget}>Forget</button>` : nothing}
          <button type="button" @click=${this.close}>Cancel</button>
        </p>
      </form>
    </dialog>`;
  }

  close = () => this.querySelector("dialog").close();

  forget = () => {
    sessionStorage.removeItem(NAME);
    this.#changed();
  };

  keep = (event) => {
    event.preventDefault();
    const key = new FormData(event.target).get("key").trim();
    if (key) {
      sessionStorage.setItem(NAME, key);
    } else {
      sessionStorage.removeItem(NAME);
    }
    this.#changed();
  };

  #changed() {
    this.close();
    this.update();
    this.dispatchEvent(new CustomEvent("keychange", { bubbles: true }));
  }
}

customElements.define("twin-key", Key);
