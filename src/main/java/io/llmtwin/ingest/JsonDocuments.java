package io.llmtwin.ingest;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The documents of a JSON file: those of an array, of an object around an array, of an object of objects, of lines, or
 * the single one that the file is. Reads a document at a time, however long the file.
 */
final class JsonDocuments {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int LONGEST_LINE = 2 * CorpusFile.LARGEST;

    private final CorpusFile file;
    private final CorpusLabels labels;
    private final Consumer<SourceDocument> sink;
    private final CorpusListener listener;
    private int found;

    private JsonDocuments(
            CorpusFile file, CorpusLabels labels, Consumer<SourceDocument> sink, CorpusListener listener) {
        this.file = file;
        this.labels = labels;
        this.sink = sink;
        this.listener = listener;
    }

    /** Gives the documents of {@code file} to {@code sink}, and what can't be read to {@code listener}. */
    static void read(CorpusFile file, CorpusLabels labels, Consumer<SourceDocument> sink, CorpusListener listener)
            throws IOException, UnreadableDocumentException {
        JsonDocuments documents = new JsonDocuments(file, labels, sink, listener);
        try (InputStream in = file.open(listener::read)) {
            if (file.kind() == FileKind.JSON_LINES) {
                documents.lines(in);
            } else {
                documents.values(in);
            }
        }
    }

    private void values(InputStream in) throws IOException, UnreadableDocumentException {
        try (JsonParser parser = MAPPER.createParser(in)) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.START_ARRAY) {
                array(parser, "");
            } else if (token == JsonToken.START_OBJECT) {
                object(parser);
            } else {
                throw new UnreadableDocumentException("neither an array nor an object");
            }
        } catch (JsonProcessingException e) {
            throw new UnreadableDocumentException(reason(e));
        }
    }

    private void array(JsonParser parser, String path) throws IOException {
        int index = 0;
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (parser.currentToken() == null) {
                throw new JsonParseException(parser, "the array does not end");
            }
            document(MAPPER.readTree(parser), path + index);
            index++;
        }
    }

    private void object(JsonParser parser) throws IOException, UnreadableDocumentException {
        ObjectNode own = MAPPER.createObjectNode();
        boolean wrapper = false;
        for (String field = parser.nextFieldName(); field != null; field = parser.nextFieldName()) {
            JsonToken token = parser.nextToken();
            boolean nested = token != null && token.isStructStart() && !CourseDocument.FIELDS.contains(field);
            if (nested && token == JsonToken.START_ARRAY) {
                wrapper = true;
                array(parser, field + "/");
            } else if (nested) {
                wrapper = true;
                entry(MAPPER.readTree(parser), field);
            } else {
                own.set(field, MAPPER.readTree(parser));
            }
        }
        if (CourseDocument.isDocument(own)) {
            emit(own, file.name());
        } else if (!wrapper || found == 0) {
            throw new UnreadableDocumentException("no document in it");
        }
    }

    /** A document with a key, or a group of them. */
    private void entry(JsonNode json, String path) {
        if (CourseDocument.isDocument(json) || !json.isObject()) {
            document(json, path);
            return;
        }
        for (Map.Entry<String, JsonNode> entry : json.properties()) {
            if (entry.getValue().isObject()) {
                document(entry.getValue(), path + "/" + entry.getKey());
            }
        }
    }

    private void document(JsonNode json, String path) {
        if (json.isObject()) {
            emit(json, file.name() + "#" + path);
        } else {
            listener.skipped(new Skipped(file.name() + "#" + path, "not an object"));
        }
    }

    private void emit(JsonNode json, String key) {
        SourceDocument document;
        try {
            document = CourseDocument.read(json, key, file, labels);
        } catch (UnreadableDocumentException e) {
            listener.skipped(new Skipped(key, String.valueOf(e.getMessage())));
            return;
        }
        found++;
        sink.accept(document);
    }

    private void lines(InputStream in) throws IOException, UnreadableDocumentException {
        try (Reader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder()))) {
            StringBuilder line = new StringBuilder();
            int number = 1;
            int c;
            boolean tooLong = false;
            do {
                c = reader.read();
                if (c >= 0 && c != '\n') {
                    tooLong |= line.length() >= LONGEST_LINE;
                    if (!tooLong) {
                        line.append((char) c);
                    }
                    continue;
                }
                if (tooLong) {
                    listener.skipped(new Skipped(file.name() + ":" + number, "the line is too long"));
                } else if (!line.toString().isBlank()) {
                    line(line.toString(), number);
                }
                line.setLength(0);
                tooLong = false;
                number++;
            } while (c >= 0);
        } catch (CharacterCodingException e) {
            throw new UnreadableDocumentException("not UTF-8");
        }
    }

    private void line(String line, int number) {
        String place = file.name() + ":" + number;
        try {
            JsonNode json = MAPPER.readTree(line);
            if (json.isObject()) {
                emit(json, place);
            } else {
                listener.skipped(new Skipped(place, "not an object"));
            }
        } catch (JsonProcessingException e) {
            listener.skipped(new Skipped(place, "not JSON: " + e.getOriginalMessage()));
        }
    }

    private static String reason(JsonProcessingException e) {
        return e.getLocation() == null
                ? "not JSON: " + e.getOriginalMessage()
                : "not JSON from line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ": " + e.getOriginalMessage();
    }
}
