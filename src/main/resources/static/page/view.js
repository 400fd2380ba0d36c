import { render } from "./lit.js";
import { problemOf } from "./problem.js";

/** An element that draws what its `view()` says into itself, and again after each change of its state. */
export class View extends HTMLElement {
  /** Whether `attempt` is under way. */
  busy = false;
  /** What the last attempt failed of. */
  problem = null;
  #drawing = false;

  connectedCallback() {
    this.update();
    this.opened();
  }

  /** Called when the element has come onto the page. */
  opened() {}

  /** Called after each drawing. */
  drawn() {}

  /** Changes the state. Several changes at once are drawn once. */
  update(changes = {}) {
    Object.assign(this, changes);
    if (this.#drawing) {
      return;
    }
    this.#drawing = true;
    queueMicrotask(() => {
      this.#drawing = false;
      if (this.isConnected) {
        render(this.view(), this);
        this.drawn();
      }
    });
  }

  /** Does `work`; undefined where it fails, which is shown. */
  async attempt(work) {
    this.update({ busy: true, problem: null });
    try {
      return await work();
    } catch (error) {
      this.update({ problem: problemOf(error) });
      return undefined;
    } finally {
      this.update({ busy: false });
    }
  }
}
