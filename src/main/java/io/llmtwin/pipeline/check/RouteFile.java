package io.llmtwin.pipeline.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A route file that is YAML, read.
 *
 * @param root with the place of everything in it
 * @param json the same without places
 * @param entries the topmost
 * @param all entries, from top to bottom
 */
record RouteFile(String path, Node root, JsonNode json, List<YamlEntry> entries, List<YamlEntry> all) {

    static RouteFile of(String path, Node root, JsonNode json) {
        List<YamlEntry> entries = YamlEntry.of(root);
        List<YamlEntry> all =
                entries.stream().flatMap(entry -> entry.flat().stream()).toList();
        return new RouteFile(path, root, json, entries, all);
    }

    /** Every key, value and item that is no list or mapping itself, from top to bottom. */
    List<ScalarNode> texts() {
        List<ScalarNode> texts = new ArrayList<>();
        collect(root, texts);
        return texts;
    }

    private static void collect(Node node, List<ScalarNode> texts) {
        if (node instanceof ScalarNode scalar) {
            texts.add(scalar);
        } else if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(item -> collect(item, texts));
        } else if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                collect(tuple.getKeyNode(), texts);
                collect(tuple.getValueNode(), texts);
            }
        }
    }
}
