package io.llmtwin.pipeline.check;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.snakeyaml.engine.v2.nodes.Node;

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
}
