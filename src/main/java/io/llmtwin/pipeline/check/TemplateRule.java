package io.llmtwin.pipeline.check;

import com.github.mustachejava.MustacheException;
import io.llmtwin.pipeline.check.TemplateTags.Kind;
import io.llmtwin.pipeline.check.TemplateTags.Tag;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every template is one, is there if a route or another template names it, and shows what is set. */
final class TemplateRule implements Rule {
    private static final String FOLDER = "prompts/";
    private static final String EXTENSION = ".mustache";
    private static final Pattern NAMED = Pattern.compile("\\b" + FOLDER + "[\\w./-]+");
    private static final Pattern PLACE = Pattern.compile("( in template: \\S+)? @?\\[[^\\[\\]]*:\\d+]");
    private static final String VARIABLES = "variables";

    private final Vocabulary vocabulary;

    TemplateRule(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    @Override
    public void check(Candidate candidate, Findings findings) {
        Set<String> templates = new TreeSet<>();
        candidate.texts().keySet().stream()
                .filter(path -> path.endsWith(EXTENSION))
                .forEach(templates::add);
        namedByRoutes(candidate, templates, findings);
        Map<String, List<Tag>> read = new HashMap<>();
        for (String path : templates) {
            String text = String.valueOf(candidate.texts().get(path));
            try {
                read.put(path, TemplateTags.of(path, text));
            } catch (MustacheException e) {
                unreadable(path, text, e, findings);
            }
        }
        Set<String> included = new HashSet<>();
        read.forEach((path, tags) -> partials(path, tags, candidate, templates, included, findings));
        if (candidate.whole()) {
            Variables variables = new Variables(candidate.files());
            read.forEach((path, tags) -> {
                Set<String> fields = included.contains(path) ? null : Set.of();
                new Scope(path, String.valueOf(candidate.texts().get(path)), variables, findings).check(tags, fields);
            });
        }
    }

    private static void namedByRoutes(Candidate candidate, Set<String> templates, Findings findings) {
        for (RouteFile file : candidate.files()) {
            for (YamlEntry entry : file.all()) {
                if (entry.scalar() == null || entry.isProse()) {
                    continue;
                }
                Matcher named = NAMED.matcher(entry.text());
                while (named.find()) {
                    if (!candidate.texts().containsKey(named.group())) {
                        findings.add(
                                file.path(),
                                entry.scalar(),
                                named.start(),
                                "there is no template " + named.group(),
                                Spelling.closest(named.group(), templates));
                    }
                }
            }
        }
    }

    private static void unreadable(String path, String text, MustacheException e, Findings findings) {
        String reason = "this is no template: "
                + PLACE.matcher(String.valueOf(e.getMessage())).replaceAll("");
        if (e.getContext() == null) {
            findings.add(path, reason);
            return;
        }
        int line = Math.max(1, e.getContext().line());
        int column = line(text, line).indexOf("{{") + 1;
        findings.add(path, line, column == 0 ? null : column, reason, null);
    }

    private static void partials(
            String path,
            List<Tag> tags,
            Candidate candidate,
            Set<String> templates,
            Set<String> included,
            Findings findings) {
        for (Tag tag : tags) {
            partials(path, tag.inside(), candidate, templates, included, findings);
            if (tag.kind() == Kind.PARTIAL) {
                String part = FOLDER + (tag.name().contains(".") ? tag.name() : tag.name() + EXTENSION);
                included.add(part);
                if (!templates.contains(part)) {
                    String meant = Spelling.closest(part, templates);
                    String text = String.valueOf(candidate.texts().get(path));
                    findings.add(
                            path,
                            tag.line(),
                            column(text, tag),
                            "there is no template " + part,
                            meant == null
                                    ? null
                                    : meant.substring(FOLDER.length(), meant.length() - EXTENSION.length()));
                }
            }
        }
    }

    private static @Nullable Integer column(String text, Tag tag) {
        Matcher at = Pattern.compile("\\{\\{\\{?[#^&>]?\\s*(" + Pattern.quote(tag.name()) + ")\\s*}}")
                .matcher(line(text, tag.line()));
        return at.find() ? at.start(1) + 1 : null;
    }

    private static String line(String text, int line) {
        return text.lines().skip(line - 1L).findFirst().orElse("");
    }

    /** What the names in a template can stand for. */
    private final class Scope {
        private final String path;
        private final String text;
        private final Variables variables;
        private final Findings findings;

        Scope(String path, String text, Variables variables, Findings findings) {
            this.path = path;
            this.text = text;
            this.variables = variables;
            this.findings = findings;
        }

        /**
         * Checks {@code tags}.
         *
         * @param fields of the items of the section that they stand in, none outside of one; null where that isn't known
         */
        void check(List<Tag> tags, @Nullable Set<String> fields) {
            for (Tag tag : tags) {
                if (tag.kind() == Kind.PARTIAL) {
                    continue;
                }
                check(tag, fields);
                String[] names = tag.name().split("\\.", -1);
                Set<String> inside = tag.kind() == Kind.SECTION
                        ? (names.length == 2 && names[0].equals(VARIABLES) ? Variables.ITEMS.get(names[1]) : null)
                        : fields;
                check(tag.inside(), inside);
            }
        }

        private void check(Tag tag, @Nullable Set<String> fields) {
            String[] names = tag.name().split("\\.", -1);
            if (names.length == 0 || !names[0].matches("\\w+")) {
                return;
            }
            if (names[0].equals(VARIABLES)) {
                if (names.length > 1 && !variables.has(names[1])) {
                    String meant = variables.closest(names[1]);
                    add(tag, "nothing sets a variable `" + names[1] + "`", meant == null ? null : "variables." + meant);
                }
                return;
            }
            Set<String> roots = new TreeSet<>(vocabulary.templateRoots());
            if (fields == null || fields.contains(names[0]) || roots.contains(names[0])) {
                return;
            }
            roots.addAll(fields);
            String meant = variables.has(names[0]) ? "variables." + names[0] : Spelling.closest(names[0], roots);
            add(
                    tag,
                    "`" + names[0] + "` is nothing that a template can show here; there are "
                            + String.join(", ", roots),
                    meant);
        }

        private void add(Tag tag, String reason, @Nullable String meant) {
            findings.add(path, tag.line(), column(text, tag), reason, meant);
        }
    }
}
