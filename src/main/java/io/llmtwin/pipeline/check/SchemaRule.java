package io.llmtwin.pipeline.check;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.AnnotationKeyword;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.springframework.util.function.SingletonSupplier;

/**
 * Route files are as Camel's JSON schema of its YAML DSL has them. The schema tries many alternatives for one step, and
 * a validator reports what each lacks; told is what is wrong at the deepest place that any of them reached, and there a
 * key that none knows comes first.
 */
final class SchemaRule implements FileRule {
    private static final String FILE = "schema/camelYamlDsl.json";
    private static final String UNKNOWN_KEY = "additionalProperties";
    private static final String MISSING_KEY = "required";
    /** Say no more than that no alternative fits. */
    private static final Set<String> ALTERNATIVES = Set.of("oneOf", "anyOf", "allOf", "not");

    /** Cached, the alternatives within alternatives take 270 MB; without, a file takes some 3 ms rather than 1. */
    private static final SchemaValidatorsConfig UNCACHED =
            SchemaValidatorsConfig.builder().cacheRefs(false).build();

    private final SingletonSupplier<Compiled> compiled = SingletonSupplier.of(Compiled::read);

    private record Compiled(JsonNode document, JsonSchema schema) {
        static Compiled read() {
            try (InputStream stream = SchemaRule.class.getClassLoader().getResourceAsStream(FILE)) {
                JsonNode document = new ObjectMapper().readTree(stream);
                JsonMetaSchema dialect = JsonMetaSchema.builder(JsonMetaSchema.getV4())
                        .keyword(new AnnotationKeyword("deprecated"))
                        .build();
                JsonSchemaFactory factory = JsonSchemaFactory.builder(
                                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4))
                        .defaultMetaSchemaIri(dialect.getIri())
                        .metaSchema(dialect)
                        .build();
                return new Compiled(document, factory.getSchema(document, UNCACHED));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** The keys that an object may have by the schema that {@code unknownKey} comes from. */
        Set<String> keys(ValidationMessage unknownKey) {
            JsonNodePath keyword = unknownKey.getSchemaLocation().getFragment();
            JsonNode schema =
                    document.at(JsonPointer.compile(keyword.getParent().toString()));
            Set<String> keys = new TreeSet<>();
            schema.path("properties").fieldNames().forEachRemaining(keys::add);
            return keys;
        }
    }

    @Override
    public void check(RouteFile file, Findings findings) {
        Set<ValidationMessage> messages = compiled.obtain().schema().validate(file.json());
        if (!messages.isEmpty()) {
            tell(file, List.copyOf(messages), findings);
        }
    }

    private void tell(RouteFile file, List<ValidationMessage> messages, Findings findings) {
        Map<JsonNodePath, List<ValidationMessage>> byPlace = new LinkedHashMap<>();
        for (ValidationMessage message : messages) {
            if (!ALTERNATIVES.contains(message.getType())) {
                byPlace.computeIfAbsent(message.getInstanceLocation(), place -> new ArrayList<>())
                        .add(message);
            }
        }
        if (byPlace.isEmpty()) {
            ValidationMessage first = messages.get(0);
            findings.add(file.path(), node(file.root(), first.getInstanceLocation()), first.getError(), null);
        }
        byPlace.forEach((place, here) -> {
            boolean deeper = byPlace.keySet().stream()
                    .anyMatch(other -> other.getNameCount() > place.getNameCount() && other.startsWith(place));
            if (!tellUnknownKeys(file, place, here, findings) && !deeper) {
                tellOther(file, place, here, findings);
            }
        });
    }

    private boolean tellUnknownKeys(
            RouteFile file, JsonNodePath place, List<ValidationMessage> here, Findings findings) {
        Set<String> known = new TreeSet<>();
        Set<String> unknown = new TreeSet<>();
        for (ValidationMessage message : here) {
            if (message.getType().equals(UNKNOWN_KEY)) {
                known.addAll(compiled.obtain().keys(message));
                unknown.add(message.getProperty());
            }
        }
        unknown.removeAll(known);
        Node node = node(file.root(), place);
        for (String key : unknown) {
            boolean step = place.getNameCount() > 1 && "steps".equals(place.getName(place.getNameCount() - 2));
            findings.add(
                    file.path(),
                    key(node, key),
                    step
                            ? "there is no step `" + key + "`"
                            : "`" + key + "` is not known " + where(place) + "; there are " + String.join(", ", known),
                    Spelling.closest(key, known));
        }
        return !unknown.isEmpty();
    }

    private static void tellOther(RouteFile file, JsonNodePath place, List<ValidationMessage> here, Findings findings) {
        Set<String> missing = new TreeSet<>();
        Set<String> others = new TreeSet<>();
        for (ValidationMessage message : here) {
            if (message.getType().equals(MISSING_KEY)) {
                missing.add(message.getProperty());
            } else if (!message.getType().equals(UNKNOWN_KEY)) {
                others.add(message.getError());
            }
        }
        Node node = node(file.root(), place);
        if (!others.isEmpty()) {
            findings.add(file.path(), node, String.join(", or ", others), null);
        } else if (!missing.isEmpty()) {
            String keys = "`" + String.join("`, `", missing) + "`";
            findings.add(
                    file.path(),
                    node,
                    missing.size() == 1 ? keys + " is missing here" : "one of " + keys + " is missing here",
                    null);
        }
    }

    private static String where(JsonNodePath place) {
        for (int i = place.getNameCount() - 1; i >= 0; i--) {
            if (!place.getName(i).matches("\\d+")) {
                return "in `" + place.getName(i) + "`";
            }
        }
        return "here";
    }

    private static Node node(Node root, JsonNodePath place) {
        Node node = root;
        for (int i = 0; i < place.getNameCount(); i++) {
            Node below = below(node, place.getName(i));
            if (below == null) {
                return node;
            }
            node = below;
        }
        return node;
    }

    private static @Nullable Node below(Node node, String name) {
        return node instanceof SequenceNode
                ? YamlNodes.item(node, Integer.parseInt(name)).orElse(null)
                : YamlNodes.entry(node, name).map(NodeTuple::getValueNode).orElse(null);
    }

    private static Node key(Node node, String name) {
        return YamlNodes.entry(node, name).map(NodeTuple::getKeyNode).orElse(node);
    }
}
