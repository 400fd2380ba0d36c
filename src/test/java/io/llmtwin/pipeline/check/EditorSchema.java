package io.llmtwin.pipeline.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Camel's JSON schema of its YAML, narrowed to what a route file of the pipeline can hold here: routes alone, the
 * languages that are shipped, the beans that are documented.
 */
final class EditorSchema {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DEFINITIONS = "#/items/definitions/";
    private static final String MODEL = "org.apache.camel.model.";

    private final ObjectNode schema;
    private final Collection<String> beans;

    private EditorSchema(ObjectNode schema, Collection<String> beans) {
        this.schema = schema;
        this.beans = beans;
    }

    /** The schema as text, a line for each definition, so that a change of Camel's can be read. */
    static String over(Collection<String> beans) throws IOException {
        try (InputStream camels = EditorSchema.class.getResourceAsStream("/schema/camelYamlDsl.json")) {
            EditorSchema schema = new EditorSchema((ObjectNode) JSON.readTree(camels), beans);
            schema.narrow();
            return schema.text();
        }
    }

    private ObjectNode items() {
        return (ObjectNode) schema.get("items");
    }

    private ObjectNode definitions() {
        return (ObjectNode) items().get("definitions");
    }

    private void narrow() {
        ((ObjectNode) items().get("properties")).retain("route");
        withoutLanguages(schema);
        enumerate(MODEL + "BeanDefinition");
        enumerate(MODEL + "language.MethodCallExpression");
        Set<String> used = new TreeSet<>();
        collect(items().get("properties"), used);
        definitions().retain(used);
    }

    private static void withoutLanguages(JsonNode node) {
        if (node instanceof ArrayNode array) {
            for (Iterator<JsonNode> each = array.iterator(); each.hasNext(); ) {
                JsonNode required = each.next().path("required");
                if (required.size() == 1
                        && ExpressionRule.EXTRA.contains(required.get(0).asText())) {
                    each.remove();
                }
            }
        }
        if (node.path("properties") instanceof ObjectNode properties && properties.has("simple")) {
            properties.remove(ExpressionRule.EXTRA);
        }
        node.forEach(EditorSchema::withoutLanguages);
    }

    private void enumerate(String definition) {
        for (JsonNode form : definitions().path(definition).path("oneOf")) {
            if (form.path("properties").path("ref") instanceof ObjectNode ref) {
                ArrayNode names = ref.putArray("enum");
                beans.forEach(names::add);
            }
        }
    }

    private void collect(JsonNode node, Set<String> used) {
        String reference = node.path("$ref").asText();
        if (reference.startsWith(DEFINITIONS) && used.add(reference.substring(DEFINITIONS.length()))) {
            collect(definitions().get(reference.substring(DEFINITIONS.length())), used);
        }
        node.forEach(child -> collect(child, used));
    }

    private String text() {
        StringBuilder text = new StringBuilder("{\n");
        text.append("\"$schema\": \"http://json-schema.org/draft-04/schema#\",\n");
        text.append("\"title\": \"Routes of the pipeline\",\n");
        text.append("\"type\": \"array\",\n\"items\": {\n\"maxProperties\": 1,\n\"additionalProperties\": false,\n");
        text.append("\"properties\": ").append(items().get("properties")).append(",\n");
        text.append("\"definitions\": {\n");
        for (Iterator<Map.Entry<String, JsonNode>> each =
                        definitions().properties().iterator();
                each.hasNext(); ) {
            Map.Entry<String, JsonNode> definition = each.next();
            text.append('"').append(definition.getKey()).append("\": ").append(definition.getValue());
            text.append(each.hasNext() ? ",\n" : "\n");
        }
        return text.append("}}}\n").toString();
    }
}
