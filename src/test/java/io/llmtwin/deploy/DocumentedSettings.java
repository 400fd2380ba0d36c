package io.llmtwin.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The names of settings that have a row in a table of a page. */
final class DocumentedSettings {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z][A-Z0-9_]*)` \\|");

    private DocumentedSettings() {}

    static Set<String> ofService() throws IOException {
        return in(Path.of("docs", "settings.md"));
    }

    static Set<String> ofLanguageModel() throws IOException {
        return in(Path.of("vllm", "README.md"));
    }

    private static Set<String> in(Path page) throws IOException {
        return ROW.matcher(Files.readString(page))
                .results()
                .map((MatchResult row) -> row.group(1))
                .collect(Collectors.toSet());
    }
}
