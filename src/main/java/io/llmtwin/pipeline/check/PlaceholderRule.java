package io.llmtwin.pipeline.check;

import io.llmtwin.pipeline.OpenSettings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Every placeholder stands for a setting that a pipeline may read. */
final class PlaceholderRule implements FileRule {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([^{}]+)}}");

    private final Vocabulary vocabulary;

    PlaceholderRule(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    @Override
    public void check(RouteFile file, Findings findings) {
        for (YamlEntry entry : file.all()) {
            ScalarNode value = entry.scalar();
            if (value != null && !entry.isProse() && value.getValue().contains("{{")) {
                names(file.path(), value, findings);
                values(file.path(), value, findings);
            }
        }
    }

    private static void names(String path, ScalarNode value, Findings findings) {
        Matcher placeholder = OpenSettings.placeholders(value.getValue());
        for (int from = 0; placeholder.find(from); from = placeholder.start() + 2) {
            String name = placeholder.group(1).strip();
            if (!OpenSettings.names().contains(name)) {
                findings.add(
                        path,
                        value,
                        placeholder.start(),
                        "there is no setting `" + name + "` that a pipeline may read; there are "
                                + String.join(", ", OpenSettings.names()),
                        Spelling.closest(name, OpenSettings.names()));
            }
        }
    }

    private void values(String path, ScalarNode value, Findings findings) {
        Matcher placeholder = PLACEHOLDER.matcher(value.getValue());
        while (placeholder.find()) {
            if (!resolves(placeholder.group())) {
                findings.add(
                        path, value, placeholder.start(), "there is no setting `" + placeholder.group(1) + "`", null);
            }
        }
    }

    private boolean resolves(String placeholder) {
        try {
            vocabulary.resolve(placeholder);
            return true;
        } catch (IllegalArgumentException notThere) {
            return false;
        }
    }
}
