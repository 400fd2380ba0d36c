import { html } from "./lit.js";

/** A link from `content` to `url` in a tab of its own; the content alone where that is no web address. */
export function webLink(url, content) {
  let address = null;
  try {
    address = new URL(url);
  } catch {
    // no address at all
  }
  return address && /^https?:$/.test(address.protocol)
    ? html`<a href=${address.href} target="_blank" rel="noopener noreferrer">${content}</a>`
    : content;
}
