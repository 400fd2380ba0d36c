/** The element with this id. */
export const byId = (id) => document.getElementById(id);

/** A copy of the template with this id, and its named parts. */
export function fromTemplate(id) {
  const content = byId(id).content.cloneNode(true);
  const parts = {};
  for (const part of content.querySelectorAll("[data-part]")) {
    parts[part.dataset.part] = part;
  }
  return { content, parts };
}

/** An element that holds `children`, each a node or plain text. */
export function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** A link from `content`, text or a node, to `url` in a tab of its own; the content alone where that is no web address. */
export function webLink(url, content) {
  let address = null;
  try {
    address = new URL(url, location.href);
  } catch {
    // no address at all
  }
  return address && /^https?:$/.test(address.protocol)
    ? element("a", { href: address.href, target: "_blank", rel: "noopener noreferrer" }, content)
    : content;
}
