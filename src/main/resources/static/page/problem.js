import { html, nothing } from "./lit.js";

/** What went wrong, as the service or the browser tells it. */
export class Problem extends Error {
  constructor({ title, detail, status = 0, traceId = null, retryAfter = null, problems = [], documents = [] }) {
    super(detail);
    Object.assign(this, { title, status, traceId, retryAfter, problems, documents });
  }
}

/** `error` as a Problem. */
export function problemOf(error) {
  if (error instanceof Problem) {
    return error;
  }
  console.error(error);
  return new Problem({ title: "This page failed", detail: "The browser's console has the reason." });
}

/** `response` as a Problem; a proxy in between may have put HTML in place of problem+json. */
export function problemIn(response, body) {
  let told = {};
  try {
    told = JSON.parse(body) ?? {};
  } catch {
    // the status says enough
  }
  return new Problem({
    title: `${told.title || response.statusText || "Error"} (${response.status})`,
    detail: told.detail || told.error?.message || "The service gave no reason.",
    status: response.status,
    traceId: told.trace_id || response.headers.get("X-Trace-Id"),
    retryAfter: response.headers.get("Retry-After"),
    problems: told.problems,
    documents: told.documents,
  });
}

/** A problem, and a button that calls `again` where that makes sense. */
export function problemView(problem, again = null) {
  return html`<div class="problem" role="alert">
    <h3>${problem.title}</h3>
    <p>${problem.message}</p>
    ${problem.retryAfter ? html`<p class="quiet">Worth another try in ${problem.retryAfter} s.</p>` : nothing}
    ${problem.traceId ? html`<p class="quiet">Trace ${problem.traceId}</p>` : nothing}
    <p class="buttons">
      ${problem.status === 401 ? html`<button type="button" data-action="key">Enter an API key</button>` : nothing}
      ${again ? html`<button type="button" @click=${again}>Try again</button>` : nothing}
    </p>
  </div>`;
}
