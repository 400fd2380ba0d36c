import { html } from "./lit.js";

/**
 * Tabs, of which the arrow keys choose the next.
 *
 * @param tabs `[{id, label, view}]`
 */
export function tabsView(name, label, tabs, chosen, choose) {
  const panel = tabs.find((tab) => tab.id === chosen) ?? tabs[0];
  const move = (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const next = tabs[(tabs.indexOf(panel) + step + tabs.length) % tabs.length];
      choose(next.id);
      event.currentTarget.querySelector(`#${name}-${next.id}-tab`).focus();
    }
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${move}>
      ${tabs.map(
        (tab) => html`<button type="button" role="tab" id="${name}-${tab.id}-tab" aria-controls="${name}-panel"
          aria-selected=${tab === panel} tabindex=${tab === panel ? 0 : -1} @click=${() => choose(tab.id)}>${tab.label}</button>`,
      )}
    </div>
    <div class="panel" role="tabpanel" id="${name}-panel" tabindex="0" aria-labelledby="${name}-${panel.id}-tab">
      ${panel.view()}
    </div>`;
}
