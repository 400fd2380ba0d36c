package io.llmtwin.pipeline.check;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** An expression reads nothing of the process's environment, where the secrets are. */
final class EnvironmentRule implements FileRule {
    private static final Pattern FUNCTION =
            Pattern.compile("\\$(?:simple)?\\{\\s*((env|sysenv|sys|properties|propertiesExist)\\s*[.:])");

    @Override
    public void check(RouteFile file, Findings findings) {
        for (ScalarNode text : file.texts()) {
            Matcher function = FUNCTION.matcher(text.getValue());
            while (function.find()) {
                findings.add(
                        file.path(),
                        text,
                        function.start(1),
                        "a pipeline doesn't read the environment by `" + function.group(1)
                                + "`; a setting that it may read is a placeholder, such as {{OPENAI_MODEL_ID}}",
                        null);
            }
        }
    }
}
