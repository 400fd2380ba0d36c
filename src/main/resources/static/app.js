import { Problem, generate } from "./api.js";
import { answerView, fitSources, showSource, sourcesView } from "./answer.js";
import { byId, fromTemplate, webLink } from "./dom.js";

const question = byId("question");
const author = byId("author");
const rag = byId("rag");
const VIEWS = ["start", "waiting", "problem", "result"];

let running = null;

byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  ask();
});

question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("ask").requestSubmit();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    running?.abort();
  }
});

byId("stop").addEventListener("click", () => running?.abort());

for (const example of document.querySelectorAll(".examples button")) {
  example.addEventListener("click", () => {
    question.value = example.textContent;
    ask();
  });
}

async function ask() {
  const query = question.value.trim();
  if (!query || running) {
    return;
  }
  const request = { query, enable_rag: rag.checked };
  if (author.value.trim()) {
    request.author = author.value.trim();
  }
  keepInAddress(request);
  running = new AbortController();
  byId("send").disabled = true;
  const stopClock = startClock(request);
  try {
    showAnswer(request, await generate(request, running.signal));
  } catch (error) {
    showProblem(error);
  } finally {
    stopClock();
    running = null;
    byId("send").disabled = false;
  }
}

/** Makes the address of the page one that asks the same again. */
function keepInAddress({ query, author: by, enable_rag: withRag }) {
  const parameters = new URLSearchParams({ q: query });
  if (by) {
    parameters.set("author", by);
  }
  if (!withRag) {
    parameters.set("rag", "off");
  }
  history.replaceState(null, "", `?${parameters}`);
}

function startClock({ enable_rag: withRag }) {
  const begun = performance.now();
  const tick = () => {
    byId("elapsed").textContent = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  };
  byId("waiting-for").textContent = withRag ? "Finding sources and answering" : "Answering";
  tick();
  show("waiting", "Waiting for the answer");
  const timer = setInterval(tick, 100);
  return () => clearInterval(timer);
}

function showAnswer(request, answer) {
  byId("answer").replaceChildren(answerView(request.query, answer, showSource));
  byId("sources").replaceChildren(...sourcesView(answer, request.enable_rag));
  show("result", `The answer is there, from ${answer.sources.length} sources`);
  fitSources();
}

function showProblem(error) {
  const problem = described(error);
  const { content, parts } = fromTemplate("problem-template");
  parts.title.textContent = problem.title;
  parts.detail.textContent = problem.message;
  if (problem.retryAfter) {
    parts.later.textContent = `Worth another try in ${problem.retryAfter} s.`;
  }
  if (problem.traceId) {
    parts.trace.append("Trace: ", webLink(`api/v1/traces/${encodeURIComponent(problem.traceId)}`, problem.traceId));
  }
  parts.again.addEventListener("click", ask);
  byId("problem").replaceChildren(content);
  byId("problem").classList.toggle("failed", error.name !== "AbortError");
  show("problem", "");
}

function described(error) {
  if (error instanceof Problem) {
    return error;
  }
  if (error.name === "AbortError") {
    return new Problem({
      title: "Stopped",
      detail: "The service may still finish the answer; it will be among the past requests then.",
    });
  }
  console.error(error);
  return new Problem({ title: "This page failed", detail: "The browser's console has the reason." });
}

/** Shows one of the views, and says so to those who can't see it. Takes the focus along if it was in another. */
function show(view, words) {
  const others = VIEWS.filter((id) => id !== view).map(byId);
  const hadFocus = others.some((other) => other.contains(document.activeElement));
  others.forEach((other) => {
    other.hidden = true;
  });
  byId(view).hidden = false;
  if (hadFocus) {
    byId(view).focus({ preventScroll: true });
  }
  byId("status").textContent = words;
}

const parameters = new URLSearchParams(location.search);
if (parameters.get("q")) {
  question.value = parameters.get("q");
  author.value = parameters.get("author") ?? "";
  rag.checked = parameters.get("rag") !== "off";
  ask();
}
