import { element, fromTemplate, webLink } from "./dom.js";

const WARNINGS = {
  conversation_trimmed: "The conversation is longer than the model can read, so its oldest turns were left out.",
  question_not_condensed: "The question could not be put into words that stand alone, so it was searched as it is.",
  answer_truncated: "The answer reached its limit of tokens and ends in the middle.",
  author_ambiguous: "The name in the question fits several authors, so everybody's writing was searched.",
  author_unavailable: "Who the authors are could not be looked up, so everybody's writing was searched.",
  author_unknown: "The store has no author of the name in the question, so everybody's writing was searched.",
  context_dropped: "Not every passage fitted into the prompt; the lowest ranked were left out.",
  expansion_unavailable: "The question could not be expanded, so it was searched as it stands.",
  collection_mismatch: "A part of the material was left out, because another embedding model indexed it.",
  neighbours_unavailable: "What stands around the passages could not be fetched, so they stand alone.",
  rerank_unavailable: "The passages could not be reranked and are in the order of the search.",
  retrieval_unavailable: "The vector store could not be reached, so the model answered without sources.",
};

const STEPS = {
  expand: "Expand the question",
  retrieve: "Search",
  rerank: "Rerank",
  neighbours: "Join neighbours",
  prompt: "Fill the prompt",
  llm: "Language model",
};

const KINDS = { vector_posts: "post", vector_articles: "article", vector_repositories: "code" };

const CITATION = /\[(\d+(?:\s*,\s*\d+)*)\]/g;
/** A citation with the space before it, `code`, **strong**: what stands within a line. */
const INLINE = / ?\[(\d+(?:\s*,\s*\d+)*)\]|`([^`\n]+)`|\*\*([^*\n]+)\*\*/g;

/** The answer as the content of an article. `cite(number)` is called when a citation is followed. */
export function answerView(question, answer, cite) {
  const { content, parts } = fromTemplate("answer-template");
  parts.question.textContent = question;
  parts.text.append(...textBlocks(answer.answer, answer.sources.length, cite));
  parts.model.textContent = answer.model;
  parts["about-model"].textContent =
    answer.model === "extractive" ? " \u2014 quotes the sources; set LLM_URLS for a real model" : "";
  parts.warnings.append(...answer.warnings.map(warningView));
  parts.warnings.hidden = answer.warnings.length === 0;
  parts.total.textContent = duration(answer.timings.total);
  parts.steps.append(...stepViews(answer.timings));
  parts.facts.append(...facts(answer));
  return content;
}

/** The sources as the content of a section: a heading, and a list or the reason why there is none. */
export function sourcesView(answer, withRag) {
  const { sources } = answer;
  const heading = element("h2", { id: "sources-title" }, "Sources");
  if (sources.length === 0) {
    return [heading, element("p", { class: "none" }, noSourcesReason(answer, withRag))];
  }
  const cited = new Set(citations(answer.answer));
  const items = sources.map((source, index) => sourceView(source, index + 1, cited.has(index + 1)));
  return [heading, element("ol", {}, ...items)];
}

/** Shows a source in full, and that it is the one meant. */
export function showSource(number) {
  const source = document.getElementById(`source-${number}`);
  document.querySelectorAll(".source.meant").forEach((other) => other.classList.remove("meant"));
  source.classList.add("meant");
  expand(source, true);
  source.focus({ preventScroll: true });
  source.scrollIntoView({ block: "nearest" });
}

/** Hides the buttons of those sources on the page that are short enough to be seen whole. */
export function fitSources() {
  for (const source of document.querySelectorAll(".source")) {
    const content = source.querySelector(".content");
    source.querySelector(".more").hidden = content.scrollHeight <= content.clientHeight + 1;
  }
}

function citations(text) {
  return [...text.matchAll(CITATION)].flatMap((match) => match[1].split(",").map(Number));
}

/** Paragraphs, and between fences of three backticks code. */
function textBlocks(text, sourceCount, cite) {
  return text.split(/^```.*$/m).flatMap((block, index) =>
    index % 2 === 1
      ? [element("pre", {}, element("code", {}, block.replace(/^\n|\n$/g, "")))]
      : block
          .split(/\n{2,}/)
          .filter((paragraph) => paragraph.trim())
          .map((paragraph) => element("p", {}, ...inline(paragraph.trim(), sourceCount, cite))),
  );
}

/** `text` with its code, its strong words, and links in place of the citations that name a source. */
function inline(text, sourceCount, cite) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, numbers, code, strong] = match;
    nodes.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (code ?? strong) {
      nodes.push(code ? element("code", {}, code) : element("strong", {}, strong));
    } else {
      nodes.push(...citationLinks(whole, numbers.split(",").map(Number), sourceCount, cite));
    }
  }
  return [...nodes, text.slice(end)];
}

/** Links on one line with the word before; the text as it is if a number is no source's. */
function citationLinks(text, numbers, sourceCount, cite) {
  return numbers.every((number) => number >= 1 && number <= sourceCount)
    ? [text.startsWith(" ") ? "\u00a0" : "", ...numbers.map((number) => citation(number, cite))]
    : [text];
}

function citation(number, cite) {
  const link = element("a", { class: "cite", href: `#source-${number}`, "aria-label": `Source ${number}` }, `${number}`);
  link.addEventListener("click", (event) => {
    event.preventDefault();
    cite(number);
  });
  return link;
}

function warningView(name) {
  const { content, parts } = fromTemplate("warning-template");
  parts.name.textContent = name;
  parts.meaning.textContent = WARNINGS[name] ?? "This page has no explanation for that one.";
  return content;
}

function stepViews({ total, overhead, ...steps }) {
  return [...Object.entries(steps), ["overhead", overhead]].map(([name, time]) => {
    const { content, parts } = fromTemplate("step-template");
    parts.name.textContent = name === "overhead" ? "The service's own share" : (STEPS[name] ?? name);
    parts.bar.style.width = `${Math.min(100, (100 * time) / total)}%`;
    parts.bar.classList.toggle("overhead", name === "overhead");
    parts.time.textContent = duration(time);
    return content;
  });
}

function facts({ trace_id: traceId, revision, usage }) {
  const pairs = [
    ["Trace", webLink(`api/v1/traces/${encodeURIComponent(traceId)}`, traceId)],
    ["Revision", revision],
  ];
  if (usage) {
    pairs.push(["Tokens", `${usage.prompt_tokens} read, ${usage.completion_tokens} written`]);
  }
  return pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
}

function sourceView(source, number, isCited) {
  const { content, parts } = fromTemplate("source-template");
  const item = content.firstElementChild;
  const title = source.title || source.name || source.document_id;
  item.id = `source-${number}`;
  item.classList.toggle("cited", isCited);
  parts.number.textContent = number;
  item.classList.toggle("code", source.collection === "vector_repositories");
  parts.title.append(source.link ? webLink(source.link, breakable(title)) : breakable(title));
  parts.about.textContent = [
    KINDS[source.collection] ?? source.collection,
    source.platform,
    source.title && source.name,
    source.author,
    isCited ? null : "not cited",
  ]
    .filter(Boolean)
    .join(" \u00b7 ");
  parts.score.textContent = `score ${source.score.toFixed(4)}`;
  parts.score.title = "By the last stage that ranked it; comparable within this answer only";
  parts.content.textContent = source.content;
  parts.more.addEventListener("click", () => expand(item, !item.classList.contains("whole")));
  return content;
}

/** A path that may go on in the next line after any of its slashes. */
function breakable(path) {
  const pieces = document.createDocumentFragment();
  for (const piece of path.split(/(?<=\/)/)) {
    pieces.append(piece, document.createElement("wbr"));
  }
  return pieces;
}

function expand(source, whole) {
  const more = source.querySelector(".more");
  source.classList.toggle("whole", whole);
  more.setAttribute("aria-expanded", whole);
  more.textContent = whole ? "Show less" : "Show all of it";
}

function noSourcesReason({ warnings }, withRag) {
  if (!withRag) {
    return "None were searched for: the switch was off.";
  }
  return warnings.includes("retrieval_unavailable")
    ? "The vector store could not be reached."
    : warnings.includes("context_dropped")
      ? "None fitted into the prompt beside the question."
      : "Nothing was found.";
}

function duration(milliseconds) {
  return milliseconds >= 1000
    ? `${(milliseconds / 1000).toFixed(2)} s`
    : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
}
