/** What the page uses of lit-html; the version is the pom's. */
export { html, nothing, render } from "../webjars/lit-html/lit-html.js";
export { live } from "../webjars/lit-html/directives/live.js";
export { repeat } from "../webjars/lit-html/directives/repeat.js";
