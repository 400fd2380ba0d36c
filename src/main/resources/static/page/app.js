import "./chat.js";
import "./key.js";

/** The page's views, by the part of the address behind #. */
const VIEWS = new Map([
  ["ask", "twin-chat"],
  ["documents", "twin-documents"],
  ["revisions", "twin-revisions"],
  ["experiment", "twin-experiment"],
  ["replay", "twin-replay"],
  ["evaluations", "twin-evaluations"],
]);

const main = document.querySelector("main");
const links = [...document.querySelectorAll(".views a")];
/** Elements that have been shown; one that comes back is as it was left. */
const elements = new Map();

/** Shows the view that the address names, and loads its module when it is first wanted. */
async function show() {
  const wanted = location.hash.slice(1);
  const name = VIEWS.has(wanted) ? wanted : "ask";
  for (const link of links) {
    link.ariaCurrent = link.hash === `#${name}` ? "page" : null;
  }
  links.find((link) => link.ariaCurrent)?.scrollIntoView({ block: "nearest", inline: "center" });
  if (!elements.has(name)) {
    await import(`./${name === "ask" ? "chat" : name}.js`);
    elements.set(name, document.createElement(VIEWS.get(name)));
  }
  main.replaceChildren(elements.get(name));
}

addEventListener("hashchange", async () => {
  await show();
  main.focus({ preventScroll: true });
  scrollTo(0, 0);
});

const key = document.querySelector("twin-key");
key.addEventListener("keychange", () => {
  [...elements.keys()].filter((name) => name !== "ask").forEach((name) => elements.delete(name));
  show();
});
document.addEventListener("click", (event) => event.target.closest("[data-action=key]") && key.open());

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

show();
