/** What a document of the LLM Twin course, or the API's own, may be called. */
const TYPES = {
  post: "post",
  posts: "post",
  article: "article",
  articles: "article",
  repository: "repository",
  repositories: "repository",
};
const PLAIN = /\.(md|markdown|txt|text)$/i;

/**
 * The documents of a file, in the API's form: a text or Markdown file is one, JSON holds one or many of them, by
 * themselves, in lines or in an object around a list, in the API's form or in the course's.
 *
 * @param labels `{type, author}` for documents that don't say
 */
export async function documentsIn(file, labels) {
  const text = await file.text();
  if (PLAIN.test(file.name)) {
    return [textDocument(file.name, text, labels)];
  }
  const found = /\.jsonl$|\.ndjson$/i.test(file.name)
    ? text.split("\n").filter((line) => line.trim()).map((line) => JSON.parse(line))
    : listed(JSON.parse(text));
  return found.map((json) => courseDocument(json, labels));
}

function textDocument(name, content, { type, author }) {
  const heading = /^#\s+(.+)$/m.exec(content)?.[1].trim();
  return { id: name, type, author, title: (heading ?? name).slice(0, 500), content };
}

function listed(json) {
  if (Array.isArray(json)) {
    return json;
  }
  const lists = Object.values(json).filter(Array.isArray);
  return json.content === undefined && lists.length > 0 ? lists.flat() : [json];
}

/** A document in any of the course's shapes: content as a text or as an object of texts, MongoDB's ids. */
function courseDocument(json, labels) {
  const content = json.content ?? json.text ?? json.Content;
  const named = typeof content === "object" && content !== null ? content : {};
  return without({
    id: idOf(json.id ?? json._id ?? json.entry_id),
    type: TYPES[json.type?.toLowerCase()] ?? (json.name && !json.title && !named.Title ? "repository" : labels.type),
    author: json.author_full_name ?? json.author ?? json.author_id ?? labels.author,
    platform: json.platform,
    link: json.link ?? json.url,
    name: json.name,
    title: json.title ?? named.Title,
    content: typeof content === "string" ? content : texts(named),
  });
}

function texts({ Title, Subtitle, Content, ...others }) {
  const parts = Content ? [Subtitle, Content] : Object.entries(others).map(([path, text]) => `# ${path}\n\n${text}`);
  return parts.filter((part) => typeof part === "string" && part.trim()).join("\n\n");
}

const idOf = (id) => (id === undefined || id === null ? undefined : String(id.$oid ?? id));

const without = (document) =>
  Object.fromEntries(Object.entries(document).filter(([, value]) => value !== undefined && value !== null && value !== ""));
