package io.llmtwin.evaluation.command;

import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command is told.
 *
 * @param key sent as a bearer token
 * @param revision null for the one that serves
 * @param name of the evaluation; null for all
 * @param junit file that the report is written to; null for none
 */
record Arguments(
        URI url,
        @Nullable String key,
        @Nullable String revision,
        @Nullable String name,
        @Nullable String judge,
        @Nullable Path junit) {

    static final String USAGE = """
            java -jar llm-twin.jar evaluate [options]

            Has a service that runs answer the questions of evals/*.yaml, and says what the answers are worth.

            --url=URL        where the service is; http://127.0.0.1:8080
            --key=KEY        one of its LLM_TWIN_API_KEYS; the environment's LLM_TWIN_API_KEY
            --revision=ID    the revision that answers; the one that serves
            --name=NAME      evals/NAME.yaml alone; all
            --judge=HOW      whether a language model judges the answers: auto, none or llm; auto
            --junit=FILE     writes the result as JUnit's XML too

            Exit codes: 0 passed, 1 not passed, 2 could not be run.
            """;

    private static final List<String> OPTIONS = List.of("url", "key", "revision", "name", "judge", "junit");

    /**
     * The arguments in {@code words}, each {@code --name=value}.
     *
     * @param environmentKey taken where no key is given
     * @throws IllegalArgumentException if one of them is none
     */
    static Arguments of(List<String> words, @Nullable String environmentKey) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            String name = word.startsWith("--") && equals > 0 ? word.substring(2, equals) : "";
            if (!OPTIONS.contains(name)) {
                throw new IllegalArgumentException("'" + word + "' is no option");
            }
            if (equals == word.length() - 1) {
                throw new IllegalArgumentException("--" + name + " needs a value: --" + name + "=…");
            }
            options.put(name, word.substring(equals + 1));
        }
        String junit = options.get("junit");
        return new Arguments(
                url(options.getOrDefault("url", "http://127.0.0.1:8080")),
                options.getOrDefault("key", environmentKey),
                options.get("revision"),
                options.get("name"),
                options.get("judge"),
                junit == null ? null : Path.of(junit));
    }

    private static URI url(String text) {
        try {
            URI url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            if (url.getHost() != null && url.getScheme().matches("https?")) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "--url has to be a URL such as http://127.0.0.1:8080, not '" + text + "'", e);
        }
        throw new IllegalArgumentException("--url has to be a URL such as http://127.0.0.1:8080, not '" + text + "'");
    }

    /** Never shows the key. */
    @Override
    public String toString() {
        return "Arguments[url=" + url + ", revision=" + revision + ", name=" + name + ", junit=" + junit + "]";
    }
}
