package io.llmtwin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code docs/prompt-engineering.md}, taken apart by its headings. */
public final class PromptEngineeringDoc {
    private static final Pattern FILE = Pattern.compile("(?m)^`([^`\n]+)`\n```\\w+\n(.*?)^```$", Pattern.DOTALL);

    private final String text;

    public PromptEngineeringDoc() {
        try {
            text = Files.readString(Path.of("docs", "prompt-engineering.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first cells of each row, without backticks, of the table below the heading {@code ### heading}. */
    public List<List<String>> table(String heading) {
        List<List<String>> rows = new ArrayList<>();
        for (String line : section("### " + heading).lines().toList()) {
            if (line.startsWith("| `")) {
                List<String> cells = new ArrayList<>();
                for (String cell : line.substring(1).split("\\|")) {
                    cells.add(cell.strip().replace("`", ""));
                }
                rows.add(cells);
            }
        }
        return rows;
    }

    /** The files that each recipe changes, by their paths, by the recipe's heading. */
    public Map<String, Map<String, String>> recipes() {
        Map<String, Map<String, String>> recipes = new LinkedHashMap<>();
        Matcher heading = Pattern.compile("(?m)^### (.+)$").matcher(section("## Recipes"));
        while (heading.find()) {
            Map<String, String> files = new LinkedHashMap<>();
            Matcher file = FILE.matcher(section("### " + heading.group(1)));
            while (file.find()) {
                files.put(file.group(1), file.group(2));
            }
            recipes.put(heading.group(1), files);
        }
        return recipes;
    }

    private String section(String heading) {
        int begin = text.indexOf("\n" + heading + "\n");
        if (begin < 0) {
            throw new AssertionError("there is no section " + heading);
        }
        String level = heading.substring(0, heading.indexOf(' '));
        Matcher end = Pattern.compile("(?m)^#{2," + level.length() + "} ").matcher(text);
        return text.substring(begin, end.find(begin + heading.length() + 1) ? end.start() : text.length());
    }
}
