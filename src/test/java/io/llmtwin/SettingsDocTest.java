package io.llmtwin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class SettingsDocTest {
    private static final Path SETTINGS = Path.of("src", "main", "resources", "application.yaml");
    private static final Path DOC = Path.of("docs", "settings.md");

    /** {@code ${NAME:default}} with a default of one level at most. */
    private static final Pattern SETTING = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*):((?:[^{}]|\\$\\{[^{}]*})*)}");

    @Test
    void setting_inApplicationYaml_isDocumented() throws IOException {
        Set<String> names = new TreeSet<>();
        Matcher setting = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)").matcher(Files.readString(SETTINGS));
        while (setting.find()) {
            names.add(setting.group(1));
        }
        String doc = Files.readString(DOC);

        assertThat(names).isNotEmpty().allSatisfy(name -> assertThat(doc).contains("| `" + name + "` |"));
    }

    @Test
    void default_inApplicationYaml_isTheDocumentedOne() throws IOException {
        String doc = Files.readString(DOC);
        Matcher setting = SETTING.matcher(Files.readString(SETTINGS));
        int checked = 0;
        while (setting.find()) {
            String value = setting.group(2).replace("${user.home}", "~");
            String documented = value.isEmpty() ? "unset" : "`" + value + "`";

            assertThat(doc).contains("| `" + setting.group(1) + "` | " + documented + " |");
            checked++;
        }

        assertThat(checked).isPositive();
    }
}
