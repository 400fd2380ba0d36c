package io.llmtwin.pipeline.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A key of a YAML file with its value, and what stands above and below it. Lists are no level of their own. */
final class YamlEntry {
    private static final Set<String> PROSE = Set.of("description", "note");

    private final @Nullable YamlEntry parent;
    private final MappingNode mapping;
    private final ScalarNode key;
    private final Node value;
    private final List<YamlEntry> children;

    private YamlEntry(@Nullable YamlEntry parent, MappingNode mapping, ScalarNode key, Node value) {
        this.parent = parent;
        this.mapping = mapping;
        this.key = key;
        this.value = value;
        this.children = below(this, value);
    }

    /** The topmost entries of a file. */
    static List<YamlEntry> of(Node root) {
        return below(null, root);
    }

    private static List<YamlEntry> below(@Nullable YamlEntry parent, Node node) {
        List<YamlEntry> entries = new ArrayList<>();
        if (node instanceof MappingNode mapping) {
            for (NodeTuple tuple : mapping.getValue()) {
                if (tuple.getKeyNode() instanceof ScalarNode key) {
                    entries.add(new YamlEntry(parent, mapping, key, tuple.getValueNode()));
                }
            }
        } else if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(item -> entries.addAll(below(parent, item)));
        }
        return entries;
    }

    String name() {
        return key.getValue();
    }

    ScalarNode key() {
        return key;
    }

    Node value() {
        return value;
    }

    @Nullable
    YamlEntry parent() {
        return parent;
    }

    List<YamlEntry> children() {
        return children;
    }

    /** The value, where it is a text, a number or the like. */
    @Nullable
    ScalarNode scalar() {
        return value instanceof ScalarNode scalar ? scalar : null;
    }

    /** The text of the value; empty where it is none. */
    String text() {
        return value instanceof ScalarNode scalar ? scalar.getValue() : "";
    }

    @Nullable
    YamlEntry child(String name) {
        return named(name, children);
    }

    /** The entry {@code name} beside this one. */
    @Nullable
    YamlEntry sibling(String name) {
        if (parent == null) {
            return null;
        }
        return named(
                name,
                parent.children.stream()
                        .filter(entry -> entry.mapping.equals(mapping))
                        .toList());
    }

    /** Whether the value is for people, and nothing in it means anything to Camel. */
    boolean isProse() {
        return PROSE.contains(name());
    }

    boolean isUnder(String name) {
        return parent != null && parent.name().equals(name);
    }

    private static @Nullable YamlEntry named(String name, List<YamlEntry> entries) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** This entry and all below it, from top to bottom. */
    List<YamlEntry> flat() {
        List<YamlEntry> all = new ArrayList<>();
        collect(all);
        return all;
    }

    private void collect(List<YamlEntry> all) {
        all.add(this);
        children.forEach(child -> child.collect(all));
    }
}
