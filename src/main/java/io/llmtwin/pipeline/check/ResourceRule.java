package io.llmtwin.pipeline.check;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A route loads the pipeline's own files and the application's resources, and none from the disk or the network. */
final class ResourceRule implements FileRule {
    private static final String REASON =
            "a pipeline loads nothing by `%s:`; put the text into a file of its own, such as"
                    + " prompts/NAME.mustache, and name that";
    private static final String FOREIGN = "(?://)?(?!classpath:)([A-Za-z][\\w+.-]*):";
    private static final Pattern LOADED = Pattern.compile("\\b(?:resource|mustache):" + FOREIGN);
    private static final Pattern OF_ENDPOINT = Pattern.compile("^\\s*" + FOREIGN);

    /** The key of a template's place, where an endpoint is not written as a URI. */
    private static final String RESOURCE_URI = "resourceUri";

    @Override
    public void check(RouteFile file, Findings findings) {
        for (ScalarNode text : file.texts()) {
            check(file.path(), text, LOADED, findings);
        }
        for (YamlEntry entry : file.all()) {
            ScalarNode value = entry.scalar();
            if (value != null && entry.name().equals(RESOURCE_URI)) {
                check(file.path(), value, OF_ENDPOINT, findings);
            }
        }
    }

    private static void check(String path, ScalarNode text, Pattern pattern, Findings findings) {
        Matcher loaded = pattern.matcher(text.getValue());
        if (loaded.find()) {
            findings.add(path, text, loaded.start(1), REASON.formatted(loaded.group(1)), null);
        }
    }
}
