/** What went wrong, as the service or the browser tells it. */
export class Problem extends Error {
  constructor({ title, detail, traceId = null, retryAfter = null }) {
    super(detail);
    this.title = title;
    this.traceId = traceId;
    this.retryAfter = retryAfter;
  }
}

/** The answer to `request`. Throws a Problem, or an AbortError once `signal` is aborted. */
export async function generate(request, signal) {
  let response;
  try {
    response = await fetch("api/v1/generate", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(request),
      signal,
    });
    const body = await response.text();
    if (response.ok) {
      return JSON.parse(body);
    }
    throw problemIn(response, body);
  } catch (error) {
    if (error instanceof Problem || error.name === "AbortError") {
      throw error;
    }
    throw new Problem(
      response
        ? { title: "The answer can't be read", detail: "What came back is no JSON, or broke off on the way." }
        : { title: "The service can't be reached", detail: "Is it still running?" },
    );
  }
}

/** `response` as a Problem; a proxy in between may have put HTML in place of problem+json. */
function problemIn(response, body) {
  let problem = {};
  try {
    problem = JSON.parse(body) ?? {};
  } catch {
    // the status says enough
  }
  return new Problem({
    title: `${problem.title || response.statusText || "Error"} (${response.status})`,
    detail: problem.detail || "The service gave no reason.",
    traceId: problem.trace_id || response.headers.get("X-Trace-Id"),
    retryAfter: response.headers.get("Retry-After"),
  });
}
