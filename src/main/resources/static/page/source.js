import { score } from "./format.js";
import { webLink } from "./link.js";
import { html, nothing } from "./lit.js";

const KINDS = { vector_posts: "post", vector_articles: "article", vector_repositories: "code" };
/** What is shown without being asked for. */
const SHORT = 260;

export const sourceTitle = (source) => source.title || source.name || source.document_id;

/**
 * A source with its number, as the answer quotes it.
 *
 * @param marks `{id, cited, meant, whole}`: its element's id, whether the answer cites it, whether it is the one that the
 *   reader has just asked for, and whether it is shown in full
 */
export function sourceView(source, number, { id, cited, meant, whole }, toggle) {
  const about = [
    KINDS[source.collection] ?? source.collection,
    source.platform,
    source.title && source.name,
    source.author,
    cited ? null : "not cited",
  ];
  const classes = ["source", cited ? "cited" : "", meant ? "meant" : "", whole ? "whole" : ""].join(" ");
  return html`<li class=${classes} id=${id} tabindex="-1">
    <h4><span class="badge">${number}</span> <span>${webLink(source.link, sourceTitle(source))}</span></h4>
    <p class="about quiet">
      <span>${about.filter(Boolean).join(" \u00b7 ")}</span>
      <span class="number" title=${scores(source)}>score ${score(source.score)}</span>
    </p>
    <p class=${source.collection === "vector_repositories" ? "content code" : "content"}>${source.content}</p>
    ${source.content.length > SHORT
      ? html`<button type="button" class="plain" aria-expanded=${whole} @click=${toggle}>
          ${whole ? "Show less" : "Show all of it"}
        </button>`
      : nothing}
  </li>`;
}

function scores(source) {
  return Object.entries(source.scores ?? {})
    .map(([stage, value]) => `${stage} ${score(value)}`)
    .join(", ");
}
