package io.llmtwin.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

/** A Jupyter notebook as Markdown: its code cells fenced, their output left out. */
final class Notebook {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Notebook() {}

    static String markdown(String name, String json) throws UnreadableDocumentException {
        JsonNode notebook;
        try {
            notebook = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new UnreadableDocumentException("not a notebook: " + e.getOriginalMessage());
        }
        String language = notebook.at("/metadata/kernelspec/language").asText("python");
        StringBuilder text = new StringBuilder("# " + name);
        for (JsonNode cell : notebook.path("cells")) {
            String source = lines(cell.path("source")).strip();
            if (source.isEmpty()) {
                continue;
            }
            boolean code = cell.path("cell_type").asText().equals("code");
            text.append("\n\n").append(code ? Fence.around(source, language) : source);
        }
        return text.toString();
    }

    private static String lines(JsonNode source) {
        if (source.isTextual()) {
            return source.asText();
        }
        StringBuilder text = new StringBuilder();
        source.forEach(line -> text.append(line.asText()));
        return text.toString();
    }
}
