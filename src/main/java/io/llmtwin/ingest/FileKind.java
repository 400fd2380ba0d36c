package io.llmtwin.ingest;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** How a file is read, as its name tells. */
enum FileKind {
    MARKDOWN,
    HTML,
    TEXT,
    CHANGELOG,
    CODE,
    NOTEBOOK,
    JSON,
    JSON_LINES;

    private static final Set<String> MARKDOWN_ENDINGS = Set.of("md", "markdown", "mdx");
    private static final Set<String> TEXT_ENDINGS = Set.of("txt", "adoc", "asciidoc", "rst");
    private static final Set<String> CODE_ENDINGS = Set.of(
            "java",
            "kt",
            "kts",
            "scala",
            "groovy",
            "py",
            "js",
            "mjs",
            "jsx",
            "ts",
            "tsx",
            "go",
            "rs",
            "c",
            "h",
            "cc",
            "cpp",
            "hpp",
            "cs",
            "rb",
            "php",
            "sh",
            "bash",
            "sql",
            "yaml",
            "yml",
            "xml",
            "properties",
            "toml",
            "ini",
            "gradle",
            "proto",
            "swift",
            "lua",
            "r",
            "graphql",
            "mustache",
            "dockerfile");
    private static final Set<String> CODE_NAMES = Set.of("dockerfile", "makefile", "jenkinsfile");
    private static final Set<String> LOCK_FILES =
            Set.of("package-lock.json", "npm-shrinkwrap.json", "composer.lock", "pnpm-lock.yaml");

    /** The kind of the file called {@code fileName}; empty if nothing in it is worth reading. */
    static Optional<FileKind> of(String fileName) {
        String name = fileName.toLowerCase(Locale.ROOT);
        int dot = name.lastIndexOf('.');
        String ending = dot < 0 ? "" : name.substring(dot + 1);
        boolean prose = MARKDOWN_ENDINGS.contains(ending) || TEXT_ENDINGS.contains(ending);
        if (LOCK_FILES.contains(name) || name.endsWith(".min.js")) {
            return Optional.empty();
        }
        if (name.startsWith("changelog") && (prose || dot < 0)) {
            return Optional.of(CHANGELOG);
        }
        if (MARKDOWN_ENDINGS.contains(ending)) {
            return Optional.of(MARKDOWN);
        }
        if (prose || name.equals("readme")) {
            return Optional.of(TEXT);
        }
        if (CODE_ENDINGS.contains(ending) || CODE_NAMES.contains(name)) {
            return Optional.of(CODE);
        }
        return switch (ending) {
            case "html", "htm", "xhtml" -> Optional.of(HTML);
            case "json" -> Optional.of(JSON);
            case "jsonl", "ndjson" -> Optional.of(JSON_LINES);
            case "ipynb" -> Optional.of(NOTEBOOK);
            default -> Optional.empty();
        };
    }
}
