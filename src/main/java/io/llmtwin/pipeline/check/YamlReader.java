package io.llmtwin.pipeline.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads route files with the parser that Camel reads them with, so that both see the same. */
final class YamlReader {
    private static final int LONGEST_FILE = 1 << 20;
    private static final int DEEPEST = 100;
    /** Some ten times what is in a long file: aliases of aliases get there by doubling. */
    private static final int MOST_NODES = 50_000;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final String path;
    private final Findings findings;
    private int nodes;

    private YamlReader(String path, Findings findings) {
        this.path = path;
        this.findings = findings;
    }

    /** The file at {@code path}, or null where it is none; why is among the findings. */
    static @Nullable RouteFile read(String path, String text, Findings findings) {
        return new YamlReader(path, findings).read(text);
    }

    private @Nullable RouteFile read(String text) {
        if (text.length() > LONGEST_FILE) {
            findings.add(path, "the file is longer than " + LONGEST_FILE + " characters");
            return null;
        }
        try {
            LoadSettings settings = LoadSettings.builder().setLabel(path).build();
            Node root = new Compose(settings).composeString(text).orElse(null);
            if (root == null || Tag.NULL.equals(root.getTag())) {
                findings.add(
                        path, "the file is empty: it has to hold a list of routes, each beginning with `- route:`");
                return null;
            }
            if (!(root instanceof SequenceNode)) {
                findings.add(path, root, "the file has to hold a list of routes, each beginning with `- route:`", null);
                return null;
            }
            return RouteFile.of(path, root, json(root, 0));
        } catch (MarkedYamlEngineException e) {
            findings.add(path, e.getProblemMark().or(e::getContextMark), reason(e), null);
        } catch (TooMuchException e) {
            findings.add(path, e.node, e.reason, null);
        } catch (YamlEngineException e) {
            findings.add(path, "this is no YAML: " + firstLine(String.valueOf(e.getMessage())));
        } catch (StackOverflowError e) {
            findings.add(path, "this is nested deeper than routes are");
        }
        return null;
    }

    private static String reason(MarkedYamlEngineException e) {
        String problem = String.valueOf(e.getProblem());
        if (problem.contains("\\t") || problem.contains("TAB")) {
            return "a tab: YAML is indented with spaces";
        }
        String context = e.getContext();
        return "this is no YAML: " + firstLine(context == null ? problem : context + ", " + problem);
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    private JsonNode json(Node node, int depth) {
        if (++nodes > MOST_NODES) {
            throw new TooMuchException(node, "this is more than " + MOST_NODES + " values, those of aliases counted");
        }
        if (depth > DEEPEST) {
            throw new TooMuchException(node, "this is nested deeper than routes are");
        }
        if (node instanceof MappingNode mapping) {
            return object(mapping, depth);
        }
        if (node instanceof SequenceNode sequence) {
            ArrayNode array = JSON.arrayNode();
            sequence.getValue().forEach(item -> array.add(json(item, depth + 1)));
            return array;
        }
        return node instanceof ScalarNode scalar ? scalar(scalar) : JSON.nullNode();
    }

    private ObjectNode object(MappingNode mapping, int depth) {
        ObjectNode object = JSON.objectNode();
        for (NodeTuple tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                findings.add(path, tuple.getKeyNode(), "a key has to be a word", null);
                continue;
            }
            if (object.has(key.getValue())) {
                findings.add(path, key, "`" + key.getValue() + "` stands here a second time", null);
                continue;
            }
            object.set(key.getValue(), json(tuple.getValueNode(), depth + 1));
        }
        return object;
    }

    private static JsonNode scalar(ScalarNode scalar) {
        String text = scalar.getValue();
        Tag tag = scalar.getTag();
        if (Tag.NULL.equals(tag)) {
            return JSON.nullNode();
        }
        if (Tag.BOOL.equals(tag)) {
            return JSON.booleanNode(Boolean.parseBoolean(text));
        }
        if (Tag.INT.equals(tag) || Tag.FLOAT.equals(tag)) {
            return number(text).orElseGet(() -> JSON.textNode(text));
        }
        return JSON.textNode(text);
    }

    private static Optional<JsonNode> number(String text) {
        try {
            BigDecimal number = new BigDecimal(text);
            return Optional.of(
                    number.scale() <= 0 && number.precision() < 19
                            ? JSON.numberNode(number.longValueExact())
                            : JSON.numberNode(number));
        } catch (ArithmeticException | NumberFormatException notDecimal) {
            return Optional.empty();
        }
    }

    private static final class TooMuchException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient Node node;
        private final String reason;

        TooMuchException(Node node, String reason) {
            super(reason);
            this.node = node;
            this.reason = reason;
        }
    }
}
