package io.llmtwin.pipeline.check;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Every placeholder stands for a setting. */
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
            if (value == null || entry.isProse() || !value.getValue().contains("{{")) {
                continue;
            }
            Matcher placeholder = PLACEHOLDER.matcher(value.getValue());
            while (placeholder.find()) {
                if (!resolves(placeholder.group())) {
                    findings.add(
                            file.path(),
                            value,
                            placeholder.start(),
                            "there is no setting `" + placeholder.group(1) + "`",
                            null);
                }
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
