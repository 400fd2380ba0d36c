package io.llmtwin.pipeline.check;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Every variable that a route reads is set by something. */
final class VariableRule implements Rule {
    private static final Pattern IN_SIMPLE = Pattern.compile("\\$\\{variables?[.:](\\w+)");

    /** Keys whose text is the name of a variable that is read. */
    private static final Set<String> READING = Set.of("variableSend", "variable");

    @Override
    public void check(Candidate candidate, Findings findings) {
        if (!candidate.whole()) {
            return;
        }
        Variables variables = new Variables(candidate.files());
        for (RouteFile file : candidate.files()) {
            for (YamlEntry entry : file.all()) {
                ScalarNode value = entry.scalar();
                if (value == null) {
                    continue;
                }
                if (READING.contains(entry.name())
                        || (entry.name().equals("name") && entry.isUnder("removeVariable"))) {
                    check(file, value, 0, entry.text(), variables, findings);
                }
                Matcher read = IN_SIMPLE.matcher(value.getValue());
                while (read.find()) {
                    check(file, value, read.start(1), read.group(1), variables, findings);
                }
            }
        }
    }

    private static void check(
            RouteFile file, ScalarNode place, int index, String name, Variables variables, Findings findings) {
        if (name.matches("\\w+") && !variables.has(name)) {
            findings.add(file.path(), place, index, "nothing sets a variable `" + name + "`", variables.closest(name));
        }
    }
}
