package io.llmtwin.pipeline.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmtwin.PromptEngineeringDoc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/prompt-engineering.md} has the words that routes are made of, and no others. */
class VocabularyDocTest {
    private static final Path SOURCES = Path.of("src", "main", "java");
    private static final Pattern SET = Pattern.compile("setVariable\\(\\s*(?:\"(\\w+)\"|(?:(\\w+)\\.)?([A-Z_]+))");

    /** Set in the main context, which routes of a pipeline don't see. */
    private static final Set<String> ELSEWHERE = Set.of("collection", "shipment");

    private final PromptEngineeringDoc doc = new PromptEngineeringDoc();

    @Test
    void beansAndMethods_inTheShippedPipeline_areDocumented() {
        List<List<String>> documented =
                doc.table("Beans").stream().map(row -> row.subList(0, 2)).toList();
        List<List<String>> used = new ArrayList<>();
        for (RouteFile file : shipped()) {
            for (YamlEntry entry : file.all()) {
                YamlEntry method = entry.sibling("method");
                if (entry.name().equals("ref") && method != null) {
                    used.add(List.of(entry.text(), method.text().split("\\(")[0]));
                }
            }
        }
        assertThat(used).isNotEmpty();
        assertThat(documented).containsAll(used).doesNotHaveDuplicates();
    }

    @Test
    void variables_thatMayBeThere_areDocumented() {
        assertThat(doc.table("Variables").stream().map(row -> row.get(0)))
                .containsExactlyInAnyOrderElementsOf(new Variables(shipped()).names());
    }

    @Test
    void variables_setInJava_areKnownToTheCheck() throws IOException {
        Map<String, String> sources = new TreeMap<>();
        try (Stream<Path> files = Files.walk(SOURCES)) {
            for (Path file :
                    (Iterable<Path>) files.filter(path -> path.toString().endsWith(".java"))::iterator) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        Set<String> set = new TreeSet<>();
        sources.forEach((name, source) -> {
            Matcher setting = SET.matcher(source);
            while (setting.find()) {
                String owner = setting.group(2) == null ? name : setting.group(2);
                set.add(setting.group(1) != null ? setting.group(1) : constant(owner, setting.group(3), sources));
            }
        });
        set.removeAll(ELSEWHERE);
        assertThat(Variables.FROM_JAVA).containsAll(set);
        assertThat(Variables.FROM_JAVA).allSatisfy(name -> assertThat(String.join("", sources.values()))
                .contains("\"" + name + "\""));
    }

    /** The value of {@code owner.name}, which may be inherited from the one type that has a constant of that name. */
    private static String constant(String owner, String name, Map<String, String> sources) {
        Pattern constant = Pattern.compile("String " + name + " = \"(\\w+)\"");
        return Stream.concat(
                        Stream.of(sources.getOrDefault(owner, "")),
                        sources.values().stream().filter(source -> source.contains("interface ")))
                .map(constant::matcher)
                .filter(Matcher::find)
                .findFirst()
                .orElseThrow(() -> new AssertionError(owner + "." + name))
                .group(1);
    }

    private static List<RouteFile> shipped() {
        Findings findings = new Findings();
        return ShippedPipeline.files().entrySet().stream()
                .filter(file -> file.getKey().startsWith("routes/"))
                .map(file -> YamlReader.read(file.getKey(), file.getValue(), findings))
                .toList();
    }
}
