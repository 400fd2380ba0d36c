import { eventsIn } from "./events.js";
import { apiKey } from "./key.js";
import { Problem, problemIn } from "./problem.js";

/** What the service answers, read from JSON; null where it has nothing to say. Throws a Problem. */
export async function call(method, path, body, options) {
  const response = await request(method, path, body, options);
  try {
    return response.status === 204 ? null : await response.json();
  } catch {
    throw new Problem({ title: "The answer can't be read", detail: "What came back is no JSON, or broke off." });
  }
}

/** The response to a call that is answered with server-sent events, and those events. Throws a Problem. */
export async function stream(path, body, options) {
  const response = await request("POST", path, body, options);
  return { response, events: eventsIn(response.body) };
}

/** What `path` has, or `otherwise` where the service has nothing there. */
export async function find(path, otherwise = null) {
  try {
    return await call("GET", path);
  } catch (problem) {
    if (problem.status === 404) {
      return otherwise;
    }
    throw problem;
  }
}

/** Throws an AbortError once `signal` is aborted. */
async function request(method, path, body, { signal, headers = {} } = {}) {
  const key = apiKey();
  let response;
  try {
    response = await fetch(path, {
      method,
      signal,
      headers: {
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
        ...(key ? { Authorization: `Bearer ${key}` } : {}),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    if (error.name === "AbortError") {
      throw error;
    }
    throw new Problem({ title: "The service can't be reached", detail: "Is it still running?" });
  }
  if (!response.ok) {
    throw problemIn(response, await response.text());
  }
  return response;
}
