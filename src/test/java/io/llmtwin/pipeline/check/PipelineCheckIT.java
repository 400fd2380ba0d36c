package io.llmtwin.pipeline.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmtwin.PromptEngineeringDoc;
import io.llmtwin.pipeline.PipelineCheck;
import io.llmtwin.pipeline.PipelineProblem;
import io.llmtwin.pipeline.RevisionContexts;
import io.llmtwin.pipeline.StartFailures;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The checks that the application has, over the shipped pipeline, which each test breaks in one way. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"MANAGEMENT_SERVER_PORT=0", "LLM_TWIN_CORPUS=none"})
class PipelineCheckIT {
    private static final String MARK = "»";

    private final List<PipelineCheck> checks;

    private final Vocabulary vocabulary;
    private final StartFailures failures;
    private final RevisionContexts contexts;

    PipelineCheckIT(
            @Autowired List<PipelineCheck> checks,
            @Autowired Vocabulary vocabulary,
            @Autowired StartFailures failures,
            @Autowired RevisionContexts contexts) {
        this.checks = checks;
        this.vocabulary = vocabulary;
        this.failures = failures;
        this.contexts = contexts;
    }

    @DynamicPropertySource
    static void home(DynamicPropertyRegistry registry) {
        registry.add("LLM_TWIN_HOME", () -> "target/home-check");
    }

    /**
     * One way to break the shipped pipeline.
     *
     * @param file that is changed
     * @param shipped a text in it; null for all of it
     * @param broken what comes in its place, with {@value #MARK} before what the problem points at
     * @param reason the beginning of the problem's
     * @param suggestion the problem's; null for none
     */
    record Broken(String name, String file, String shipped, String broken, String reason, String suggestion) {
        @Override
        public String toString() {
            return name;
        }

        SortedMap<String, String> files() {
            SortedMap<String, String> files = ShippedPipeline.files();
            files.put(file, marked().replace(MARK, ""));
            return files;
        }

        private String marked() {
            String text = ShippedPipeline.files().getOrDefault(file, "");
            if (shipped == null) {
                return broken;
            }
            assertThat(text).contains(shipped);
            return text.replaceFirst(
                    java.util.regex.Pattern.quote(shipped), java.util.regex.Matcher.quoteReplacement(broken));
        }

        /** Whether {@code problem} can only be told with this one: what a route leaves where it was is missing there. */
        boolean explains(PipelineProblem problem) {
            return name.equals("two routes from one place") && problem.reason().endsWith("direct:retrieve");
        }

        PipelineProblem place() {
            String before = marked().contains(MARK) ? marked().substring(0, marked().indexOf(MARK)) : null;
            if (before == null) {
                return new PipelineProblem(file, null, null, reason, suggestion);
            }
            int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
            int column = before.length() - before.lastIndexOf('\n');
            return new PipelineProblem(file, line, column, reason, suggestion);
        }
    }

    private static Broken route(
            String name, String file, String shipped, String broken, String reason, String suggestion) {
        return new Broken(name, "routes/pipeline/" + file + ".camel.yaml", shipped, broken, reason, suggestion);
    }

    private static Broken prompt(
            String name, String file, String shipped, String broken, String reason, String suggestion) {
        return new Broken(name, "prompts/" + file, shipped, broken, reason, suggestion);
    }

    static List<Broken> brokenPipelines() {
        List<Broken> all = new ArrayList<>();
        // YAML
        all.add(route("empty file", "search", null, "", "the file is empty", null));
        all.add(route("comments only", "search", null, "# later\n", "the file is empty", null));
        all.add(route("no list", "search", null, MARK + "route:\n  id: search\n", "the file has to hold a list", null));
        all.add(route("tab", "search", "    id: search\n", "»\tid: search\n", "a tab", null));
        all.add(route(
                "half written", "expand", "uri: direct:author\n", "uri: \"direct:author\n", "this is no YAML", null));
        all.add(route(
                "key twice",
                "rerank",
                "    group: step\n",
                "    group: step\n    »group: step\n",
                "`group` stands here a second time",
                null));
        // Camel's schema
        all.add(route(
                "unknown step", "rerank", "- setBody:", "- »setBodey:", "there is no step `setBodey`", "setBody"));
        all.add(route("unknown key", "rerank", "steps:", "»stepz:", "`stepz` is not known in `from`", "steps"));
        all.add(route("key of a step", "prompt", "name: packing", "»nmae: packing", "`nmae` is not known", "name"));
        all.add(route("key at the top", "search", "- route:", "- »rout:", "`rout` is not known", "route"));
        all.add(route(
                "wrong type", "llm", "doWhile: true", "doWhile: »perhaps", "string found, boolean expected", null));
        // ids
        all.add(route(
                "route without an id",
                "feedback",
                "- route:\n    id: feedback\n",
                "- »route:\n",
                "this route has no id",
                null));
        all.add(route("route id twice", "search", "id: search\n", "id: »rerank\n", "", null));
        all.add(route(
                "step id twice",
                "rerank",
                "id: rerank-judge",
                "id: »rerank-ask",
                "the id `rerank-ask` is taken already, at routes/pipeline/rerank.camel.yaml:28",
                null));
        // direct:
        all.add(route(
                "dead call",
                "search",
                "uri: direct:rerank\n",
                "uri: »direct:rerankk\n",
                "there is no route from direct:rerankk",
                "direct:rerank"));
        all.add(route(
                "two routes from one place",
                "retrieve",
                "uri: direct:retrieve\n",
                "uri: »direct:rerank\n",
                "another route begins at direct:rerank already, in routes/pipeline/rerank.camel.yaml",
                null));
        all.add(route(
                "misspelt entry",
                "feedback",
                "uri: direct:feedback\n",
                "uri: »direct:feedbak\n",
                "the service calls direct:feedback, and no route begins there",
                "direct:feedback"));
        // endpoints
        all.add(route(
                "unknown component",
                "condense",
                "uri: mustache:prompts/condense.mustache",
                "uri: »mustach:prompts/condense.mustache",
                "there is no component `mustach`",
                "mustache:prompts/condense.mustache"));
        all.add(route(
                "component that isn't shipped",
                "feedback",
                "uri: direct:redact",
                "uri: »exec:rm",
                "there is no component `exec`",
                null));
        all.add(route(
                "the door's own component",
                "search",
                "uri: direct:rerank\n",
                "uri: »revision:rerank\n",
                "there is no component `revision`",
                null));
        all.add(route(
                "unknown parameter",
                "condense",
                "chatOperation:",
                "»chatOperatoin:",
                "`langchain4j-chat:` has no option `chatOperatoin`",
                "chatOperation"));
        all.add(route(
                "unknown option in a URI",
                "condense",
                "uri: mustache:prompts/condense.mustache",
                "uri: mustache:prompts/condense.mustache?»encodng=UTF-8",
                "`mustache:` has no option `encodng`",
                "encoding"));
        all.add(route(
                "unknown option of our own component",
                "condense",
                "uri: mustache:prompts/condense.mustache",
                "uri: openai:chat-completion?»modle=gpt",
                "`openai:` has no option `modle`",
                "model"));
        all.add(route(
                "unknown placeholder",
                "rerank",
                "\"'{{llm-twin.rerank.by}}' =~ 'llm'\"",
                "\"'»{{llm-twin.rerank.buy}}' =~ 'llm'\"",
                "there is no setting `llm-twin.rerank.buy`",
                "llm-twin.rerank.by"));
        for (String secret : List.of(
                "llm-twin.comet.api-key",
                "LLM_TWIN_API_KEYS",
                "env:PATH",
                "sys:user.name",
                "bean:llmServer.authorization")) {
            all.add(route(
                    "placeholder for " + secret,
                    "rerank",
                    "simple: ${variable.found}",
                    "constant: \"it is »{{" + secret + "}}\"",
                    "there is no setting `" + secret.split(":")[0] + "` that a pipeline may read; there are ",
                    null));
        }
        all.add(route(
                "secret as a default",
                "rerank",
                "simple: ${variable.found}",
                "constant: \"{{OPENAI_MODEL_ID:»{{llm-twin.comet.api-key}}}}\"",
                "there is no setting `llm-twin.comet.api-key` that a pipeline may read",
                null));
        // what lies outside of the pipeline
        for (String key : List.of("constant", "simple", "header")) {
            all.add(route(
                    "file by " + key,
                    "rerank",
                    "simple: ${variable.found}",
                    key + ": resource:»file:/etc/hostname",
                    "a pipeline loads nothing by `file:`",
                    null));
        }
        all.add(route(
                "address in an expression",
                "rerank",
                "simple: ${variable.found}",
                "constant: resource:»http://127.0.0.1:9/x",
                "a pipeline loads nothing by `http:`",
                null));
        all.add(route(
                "file as a default",
                "rerank",
                "simple: ${variable.found}",
                "constant: \"{{OPENAI_MODEL_ID:resource:»file:/etc/hostname}}\"",
                "a pipeline loads nothing by `file:`",
                null));
        for (String scheme : List.of("file", "http", "https")) {
            all.add(route(
                    "template by " + scheme,
                    "condense",
                    "uri: mustache:prompts/condense.mustache",
                    "uri: mustache:»" + scheme + "://localhost/etc/hostname",
                    "a pipeline loads nothing by `" + scheme + ":`",
                    null));
        }
        all.add(route(
                "file as a template's parameter",
                "condense",
                "uri: mustache:prompts/condense.mustache",
                """
                uri: mustache
                                  parameters:
                                    resourceUri: »file:/etc/hostname""",
                "a pipeline loads nothing by `file:`",
                null));
        for (String function : List.of("env.", "env:", "sysenv.", "sys.", "properties:", "propertiesExist:")) {
            all.add(route(
                    "function " + function,
                    "rerank",
                    "simple: ${variable.found}",
                    "simple: a ${»" + function + "PATH}",
                    "a pipeline doesn't read the environment by `" + function + "`",
                    null));
        }
        all.add(route(
                "environment in a language's text",
                "rerank",
                "simple: ${variable.found}",
                "language: {language: simple, expression: \"$simple{»env.PATH}\"}",
                "a pipeline doesn't read the environment by `env.`",
                null));
        // beans
        all.add(route(
                "unknown bean", "retrieve", "ref: fusion", "ref: »fushion", "there is no bean `fushion`", "fusion"));
        all.add(route(
                "unknown method",
                "retrieve",
                "method: fuse\n",
                "method: »fuze\n",
                "the bean `fusion` has no method `fuze`",
                "fuse"));
        all.add(route(
                "unknown method of an expression",
                "expand",
                "method: limit",
                "method: »limits",
                "the bean `queryExpansion` has no method `limits`",
                "limit"));
        all.add(route(
                "unknown bean in a parameter",
                "condense",
                "\"#expansionModel\"",
                "\"#»expansionModle\"",
                "there is no bean `expansionModle`",
                "expansionModel"));
        all.add(route(
                "unknown bean in simple",
                "rerank",
                "simple: ${variable.found}",
                "simple: ${bean:»pasages.none}",
                "there is no bean `pasages`",
                "passages"));
        all.add(route(
                "bean of a class",
                "retrieve",
                "ref: fusion",
                "»beanType: java.lang.Runtime",
                "a pipeline makes no object of a class",
                null));
        all.add(route(
                "beans of its own",
                "retrieve",
                null,
                ShippedPipeline.files().get("routes/pipeline/retrieve.camel.yaml")
                        + "\n- »beans:\n    - name: mine\n      type: java.lang.Object\n",
                "a pipeline makes no object of a class",
                null));
        all.add(route(
                "class in a parameter",
                "condense",
                "\"#expansionModel\"",
                "\"»#class:java.lang.Object\"",
                "a pipeline makes no object of a class",
                null));
        all.add(route(
                "class in simple",
                "rerank",
                "simple: ${variable.found}",
                "simple: »${bean:type:java.lang.System?method=getenv}",
                "a pipeline makes no object of a class",
                null));
        // expressions
        all.add(route(
                "operator",
                "expand",
                "simple: ${variable.expandTo} > 1",
                "simple: ${variable.expandTo} »>> 1",
                "this is no expression",
                null));
        all.add(route(
                "unclosed function",
                "expand",
                "simple: ${variable.queries}",
                "simple: ${variable.querie»s",
                "this is no expression",
                null));
        all.add(route(
                "unknown function",
                "expand",
                "simple: ${variable.queries}",
                "simple: ${»variabel.queries}",
                "this is no expression: Unknown function: variabel.queries",
                "variable"));
        all.add(route(
                "language that isn't shipped",
                "expand",
                "simple: ${variable.queries}",
                "»jsonpath: $.queries",
                "the language `jsonpath` isn't there",
                null));
        all.add(route(
                "unknown variable",
                "author",
                "simple: ${variable.author} == null",
                "simple: ${variable.»auhtor} == null",
                "nothing sets a variable `auhtor`",
                "author"));
        // templates
        all.add(route(
                "unknown template",
                "prompt",
                "constant: prompts/answer.mustache",
                "constant: »prompts/anwser.mustache",
                "there is no template prompts/anwser.mustache",
                "prompts/answer.mustache"));
        all.add(prompt(
                "unclosed section", "answer.mustache", "{{/variables.sources}}\n", "", "this is no template", null));
        all.add(prompt(
                "unclosed tag",
                "answer.mustache",
                "{{variables.query}}",
                "»{{variables.query}",
                "this is no template",
                null));
        all.add(prompt(
                "unknown variable in a template",
                "expand.mustache",
                "{{variables.expandTo}}",
                "{{»variables.expandsTo}}",
                "nothing sets a variable `expandsTo`",
                "variables.expandTo"));
        all.add(prompt(
                "variable without its root",
                "expand.mustache",
                "{{variables.query}}",
                "{{»query}}",
                "`query` is nothing that a template can show here",
                "variables.query"));
        all.add(prompt(
                "unknown field of a source",
                "answer.mustache",
                "{{content}}",
                "{{»contnet}}",
                "`contnet` is nothing that a template can show here",
                "content"));
        all.add(prompt(
                "unknown part",
                "condense.mustache",
                "<conversation>",
                "{{>»answr}}<conversation>",
                "there is no template prompts/answr.mustache",
                "answer"));
        all.add(prompt(
                "pattern of a rule of redaction",
                "redaction.yaml",
                "name: token\n    pattern: '",
                "»name: token\n    pattern: '(",
                "the pattern of the rule 'token' is wrong",
                null));
        all.add(prompt(
                "key of a rule of redaction",
                "redaction.yaml",
                "    luhn: true",
                "    »lunh: true",
                "`lunh` is not known here; there are",
                "luhn"));
        // loops
        all.add(route(
                "route that calls itself",
                "retrieve",
                "uri: qdrant:all",
                "uri: »direct:search-collections",
                "this goes round without an end: direct:search-collections → direct:search-collections",
                null));
        return all;
    }

    @ParameterizedTest
    @MethodSource("brokenPipelines")
    void check_brokenPipeline_saysWhatAndWhereAndWhatWasMeant(Broken broken) {
        List<PipelineProblem> problems = check(broken.files());
        PipelineProblem expected = broken.place();
        assertThat(problems).isNotEmpty();
        PipelineProblem first = problems.get(0);
        assertThat(first.reason()).startsWith(expected.reason());
        assertThat(first.file()).isEqualTo(expected.file());
        if (expected.line() != null) {
            assertThat(first.line()).as(first.toString()).isEqualTo(expected.line());
            assertThat(first.column()).as(first.toString()).isEqualTo(expected.column());
        }
        assertThat(first.suggestion()).isEqualTo(expected.suggestion());
        assertThat(problems.stream().filter(problem -> !broken.explains(problem)))
                .hasSize(1);
    }

    @Test
    void documentedBeans_always_haveTheDocumentedMethods() {
        assertThat(new PromptEngineeringDoc().table("Beans")).isNotEmpty().allSatisfy(row -> {
            Class<?> bean = vocabulary.bean(row.get(0));
            assertThat(bean).as(row.get(0)).isNotNull();
            assertThat(Vocabulary.methods(bean)).contains(row.get(1));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "constant: resource:classpath:openapi.yaml",
                "constant: resource:prompts/answer.mustache",
                "constant: \"{{OPENAI_MODEL_ID:gpt-4o-mini}}\"",
                "constant: \"{{llm-twin.retrieval.top-k}}\"",
                "simple: ${variable.envelope}"
            })
    void check_whatAPipelineMayRead_isNotRefused(String expression) {
        SortedMap<String, String> files = ShippedPipeline.files();
        files.computeIfPresent(
                "routes/pipeline/rerank.camel.yaml",
                (path, text) -> text.replace("simple: ${variable.found}", expression));
        assertThat(check(files)).noneMatch(problem -> problem.reason().contains("a pipeline"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:/etc/hostname", "http://127.0.0.1:9/x", "bean:llmServer.authorization"})
    void resource_namedWhenARequestRuns_isNotLoaded(String uri) throws Exception {
        try (CamelContext context = contexts.create("curious", path -> null)) {
            assertThatThrownBy(() -> ResourceHelper.resolveMandatoryResource(context, uri))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("its own files");
        }
    }

    @Test
    void placeholder_writtenWhenARequestRuns_isNoSecret() throws Exception {
        try (CamelContext context = contexts.create("curious", path -> null)) {
            assertThat(context.resolvePropertyPlaceholders("{{llm-twin.monitoring.redact}}"))
                    .isEqualTo("true");
            assertThatThrownBy(() -> context.resolvePropertyPlaceholders("{{llm-twin.home}}"))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(context.getPropertiesComponent().resolveProperty("llm-twin.home"))
                    .isEmpty();
        }
    }

    static List<Map<String, String>> recipes() {
        return List.copyOf(new PromptEngineeringDoc().recipes().values());
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void check_recipe_findsNothing(Map<String, String> recipe) {
        SortedMap<String, String> files = ShippedPipeline.files();
        files.putAll(recipe);
        assertThat(check(files)).isEmpty();
    }

    @Test
    void startFailure_ofAStep_isToldAtItsPlace() throws Exception {
        SortedMap<String, String> files = ShippedPipeline.files();
        String text = files.get("routes/pipeline/condense.camel.yaml").replace("CHAT_SINGLE_MESSAGE", "CHAT_NOTHING");
        files.put("routes/pipeline/condense.camel.yaml", text);
        PipelineProblem problem = failures.of(startFailure(files), files);
        assertThat(problem.file()).isEqualTo("routes/pipeline/condense.camel.yaml");
        assertThat(problem.line()).isEqualTo(lineOf(text, "uri: langchain4j-chat:condense"));
        assertThat(problem.reason()).contains("CHAT_NOTHING");
    }

    @Test
    void startFailure_ofTheYaml_isToldAtItsPlace() throws Exception {
        SortedMap<String, String> files = ShippedPipeline.files();
        String text = files.get("routes/pipeline/feedback.camel.yaml")
                .replace("method: keepFeedback", "methud: keepFeedback");
        files.put("routes/pipeline/feedback.camel.yaml", text);
        PipelineProblem problem = failures.of(startFailure(files), files);
        assertThat(problem.file()).isEqualTo("routes/pipeline/feedback.camel.yaml");
        assertThat(problem.line()).isEqualTo(lineOf(text, "methud"));
        assertThat(problem.reason()).contains("methud");
    }

    @Test
    void startFailure_ofSomethingElse_isItsMessage() {
        PipelineProblem problem = failures.of(new IllegalStateException("no room\n  at all"), ShippedPipeline.files());
        assertThat(problem).isEqualTo(PipelineProblem.of(null, "no room"));
    }

    private Exception startFailure(SortedMap<String, String> files) throws Exception {
        try (CamelContext context = contexts.create("broken", files::get)) {
            RoutesLoader routes = PluginHelper.getRoutesLoader(context);
            for (Map.Entry<String, String> file : files.entrySet()) {
                if (file.getKey().startsWith("routes/")) {
                    routes.loadRoutes(ResourceHelper.fromString(file.getKey(), file.getValue()));
                }
            }
            context.start();
        } catch (Exception e) {
            return e;
        }
        throw new AssertionError("it starts");
    }

    private static int lineOf(String text, String part) {
        return (int) text.substring(0, text.indexOf(part)).lines().count();
    }

    @Test
    void check_shippedPipeline_findsNothing() {
        assertThat(check(ShippedPipeline.files())).isEmpty();
    }

    private List<PipelineProblem> check(SortedMap<String, String> files) {
        return checks.stream().flatMap(check -> check.check(files).stream()).toList();
    }

    @Test
    void check_aliasesOfAliases_areRefusedBeforeTheyGrow() {
        SortedMap<String, String> files = new TreeMap<>(ShippedPipeline.files());
        StringBuilder bomb = new StringBuilder("- &a0 [x, x]\n");
        for (int i = 1; i < 24; i++) {
            bomb.append("- &a%d [*a%d, *a%d]\n".formatted(i, i - 1, i - 1));
        }
        files.put("routes/pipeline/bomb.camel.yaml", bomb.toString());
        assertThat(check(files)).first().satisfies(problem -> assertThat(problem.reason())
                .startsWith("this is more than 50000 values"));
    }

    @Test
    void check_randomDamage_neverThrows() {
        Random random = new Random(7);
        List<String> paths = List.copyOf(ShippedPipeline.files().keySet());
        for (int i = 0; i < 400; i++) {
            SortedMap<String, String> files = ShippedPipeline.files();
            String path = paths.get(random.nextInt(paths.size()));
            files.put(path, damaged(files.get(path), random));
            assertThat(check(files)).as(path).isNotNull();
        }
    }

    @Test
    void check_fiftyFiles_isQuick() {
        SortedMap<String, String> files = ShippedPipeline.files();
        String rerank = files.get("routes/pipeline/rerank.camel.yaml");
        for (int i = files.size(); i < 50; i++) {
            files.put(
                    "routes/pipeline/copy-" + i + ".camel.yaml",
                    rerank.replace("id: ", "id: copy-" + i + "-")
                            .replace("uri: direct:rerank\n", "uri: direct:copy-" + i + "\n")
                            .replace("uri: direct:judge-passages\n", "uri: direct:judge-" + i + "\n"));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(check(files)).isEmpty();
        }
        long begun = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            files.put("routes/pipeline/rerank.camel.yaml", rerank + "\n# edit " + i);
            check(files);
        }
        long millis = (System.nanoTime() - begun) / 10_000_000;
        assertThat(millis).isLessThan(500);
    }

    private static String damaged(String text, Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> {
                byte[] noise = new byte[random.nextInt(400)];
                random.nextBytes(noise);
                yield new String(noise, java.nio.charset.StandardCharsets.ISO_8859_1);
            }
            case 1 -> {
                List<String> lines = new ArrayList<>(text.lines().toList());
                for (int i = random.nextInt(4); i >= 0 && !lines.isEmpty(); i--) {
                    lines.remove(random.nextInt(lines.size()));
                }
                yield String.join("\n", lines);
            }
            case 2 -> text.substring(0, random.nextInt(text.length()));
            default -> {
                StringBuilder changed = new StringBuilder(text);
                String signs = "{}[]:#&*!|>'\"%@`\t\n -$";
                for (int i = random.nextInt(6); i >= 0; i--) {
                    changed.setCharAt(random.nextInt(changed.length()), signs.charAt(random.nextInt(signs.length())));
                }
                yield changed.toString();
            }
        };
    }
}
