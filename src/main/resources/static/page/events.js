/** The server-sent events of a response's body, each `{event, data}`; the data is read as JSON where it is JSON. */
export async function* eventsIn(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const blocks = (rest + read.value).split("\n\n");
    rest = blocks.pop();
    yield* blocks.map(event).filter(({ data }) => data !== "");
  }
}

/** Comments, which keep the connection open, have no data. */
function event(block) {
  const lines = block.split("\n");
  const field = (name) =>
    lines
      .filter((line) => line.startsWith(`${name}:`))
      .map((line) => line.slice(name.length + 1).replace(/^ /, ""))
      .join("\n");
  const data = field("data");
  return { event: field("event"), data: data.startsWith("{") ? JSON.parse(data) : data };
}
