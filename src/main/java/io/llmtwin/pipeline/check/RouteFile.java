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
 */
record RouteFile(String path, Node root, JsonNode json, List<YamlEntry> entries) {

    RouteFile(String path, Node root, JsonNode json) {
        this(path, root, json, YamlEntry.of(root));
    }

    /** Every key in it, from top to bottom. */
    List<YamlEntry> all() {
        return entries.stream().flatMap(entry -> entry.flat().stream()).toList();
    }
}
