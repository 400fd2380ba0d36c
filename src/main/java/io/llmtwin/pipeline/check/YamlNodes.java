package io.llmtwin.pipeline.check;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** Finds its way in YAML as it is written. */
public final class YamlNodes {
    private YamlNodes() {}

    /** The entry of {@code node} with that key; empty where it has none, or is no mapping. */
    public static Optional<NodeTuple> entry(Node node, @Nullable String key) {
        return node instanceof MappingNode mapping
                ? mapping.getValue().stream()
                        .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode scalar
                                && scalar.getValue().equals(key))
                        .findFirst()
                : Optional.empty();
    }

    /** The item of {@code node} at {@code index}; empty where it has none, or is no list. */
    public static Optional<Node> item(Node node, int index) {
        return node instanceof SequenceNode sequence
                        && index >= 0
                        && index < sequence.getValue().size()
                ? Optional.of(sequence.getValue().get(index))
                : Optional.empty();
    }
}
