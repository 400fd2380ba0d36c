package io.llmtwin.pipeline.check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.spi.Language;
import org.apache.camel.util.ObjectHelper;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Every expression is of a language that is there, and those in {@code simple} are such. */
final class ExpressionRule implements FileRule {
    /** Languages that Camel's schema knows and that come in a library of their own. */
    static final Set<String> EXTRA = Set.of(
            "csimple",
            "datasonnet",
            "groovy",
            "hl7terser",
            "java",
            "joor",
            "jq",
            "js",
            "jsonpath",
            "mvel",
            "ognl",
            "python",
            "spel",
            "wasm",
            "xpath",
            "xquery",
            "xtokenize");

    private static final Set<String> PREDICATES =
            Set.of("when", "filter", "validate", "onWhen", "completionPredicate", "retryWhile");

    /** Keys whose text may have expressions in it. */
    private static final Set<String> TEXTS = Set.of("log", "message");

    /** Maps with keys of their authors' own. */
    private static final Set<String> FREE = Set.of("parameters", "properties");

    private static final Pattern UNKNOWN = Pattern.compile("Unknown function: (\\w+)");

    private final Vocabulary vocabulary;
    private final Set<String> functions;

    ExpressionRule(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.functions = functions();
    }

    @Override
    public void check(RouteFile file, Findings findings) {
        Language simple = vocabulary.simple();
        for (YamlEntry entry : file.all()) {
            if (entry.parent() != null && FREE.contains(entry.parent().name())) {
                continue;
            }
            if (EXTRA.contains(entry.name()) && !vocabulary.languages().contains(entry.name())) {
                findings.add(
                        file.path(),
                        entry.key(),
                        "the language `" + entry.name() + "` isn't there; there are "
                                + String.join(", ", vocabulary.languages()),
                        null);
            } else if (entry.name().equals("simple")) {
                YamlEntry wrapped = entry.child("expression");
                parse(file, wrapped == null ? entry : wrapped, isPredicate(entry), simple, findings);
            } else if (TEXTS.contains(entry.name()) || (entry.name().equals("uri") && entry.isUnder("toD"))) {
                parse(file, entry, false, simple, findings);
            }
        }
    }

    private static boolean isPredicate(YamlEntry simple) {
        YamlEntry step = simple.isUnder("expression") && simple.parent() != null
                ? simple.parent().parent()
                : simple.parent();
        if (step == null) {
            return false;
        }
        YamlEntry doWhile = step.child("doWhile");
        return PREDICATES.contains(step.name())
                || (step.name().equals("loop")
                        && doWhile != null
                        && doWhile.text().equals("true"));
    }

    private void parse(RouteFile file, YamlEntry entry, boolean predicate, Language simple, Findings findings) {
        ScalarNode value = entry.scalar();
        if (value == null || value.getValue().startsWith("resource:")) {
            return;
        }
        String text = value.getValue();
        boolean placeholders = text.contains("{{");
        String resolved;
        try {
            resolved = placeholders ? vocabulary.resolve(text) : text;
        } catch (IllegalArgumentException toldAlready) {
            return;
        }
        try {
            if (predicate) {
                simple.createPredicate(resolved);
            } else {
                simple.createExpression(resolved);
            }
        } catch (RuntimeException e) {
            if (ObjectHelper.getException(NoSuchBeanException.class, e) != null) {
                return; // told by the rule of beans
            }
            if (e instanceof SimpleIllegalSyntaxException syntax) {
                tell(file, value, placeholders, syntax, findings);
            } else {
                findings.add(file.path(), value, "this is no expression: " + firstLine(e), null);
            }
        }
    }

    private void tell(
            RouteFile file, ScalarNode value, boolean placeholders, SimpleIllegalSyntaxException e, Findings findings) {
        String text = value.getValue();
        Matcher unknown = UNKNOWN.matcher(String.valueOf(e.getShortMessage()));
        String word = unknown.find() ? unknown.group(1) : null;
        int index = word == null ? (placeholders ? -1 : e.getIndex()) : text.indexOf(word);
        findings.add(
                file.path(),
                value,
                Math.min(index, text.length()),
                "this is no expression: " + e.getShortMessage(),
                word == null ? null : Spelling.closest(word, functions));
    }

    private static @Nullable String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse(null);
    }

    /** The first word of each function, as Camel's own catalogue has them. */
    private static Set<String> functions() {
        try (InputStream catalogue = ExpressionRule.class
                .getClassLoader()
                .getResourceAsStream("META-INF/org/apache/camel/language/simple/simple.json")) {
            JsonNode functions = new ObjectMapper().readTree(catalogue).path("functions");
            Set<String> names = new TreeSet<>();
            functions.fieldNames().forEachRemaining(name -> names.add(name.split("\\W", 2)[0]));
            return names;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
