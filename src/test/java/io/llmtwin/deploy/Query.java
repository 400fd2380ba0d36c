package io.llmtwin.deploy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A query in PromQL, as far as it says which series it is about. */
public record Query(String text) {
    private static final Pattern SELECTOR = Pattern.compile("([a-z0-9_:]+)\\{([^}]*)}");
    private static final Pattern MATCHER = Pattern.compile("(\\w+)(=~|!~|!=|=)\"([^\"]*)\"");
    private static final Pattern GROUPING = Pattern.compile("by \\(([^)]*)\\)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    /** Labels that a series gets from who scrapes it. */
    private static final Set<String> OF_THE_TARGET = Set.of("job", "instance");

    /** Names of the metrics that it selects with {@code job="JOB"}. */
    List<String> metrics(String job) {
        return selectors().stream()
                .filter(selector -> selector.group(2).contains("job=\"" + job + "\""))
                .map(selector -> selector.group(1))
                .toList();
    }

    /** What it selects of which nothing is {@code exposed}, in Prometheus' text format, with the labels that it groups by. */
    public List<String> unanswered(String exposed) {
        Set<String> grouping = new HashSet<>();
        GROUPING.matcher(text)
                .results()
                .forEach(labels -> grouping.addAll(Arrays.asList(labels.group(1).split(", *"))));
        grouping.removeAll(OF_THE_TARGET);
        return selectors().stream()
                .filter(selector -> exposed.lines()
                        .filter(line ->
                                line.startsWith(selector.group(1) + "{") || line.startsWith(selector.group(1) + " "))
                        .map(Query::labels)
                        .noneMatch(
                                labels -> labels.keySet().containsAll(grouping) && matches(selector.group(2), labels)))
                .map(MatchResult::group)
                .toList();
    }

    private List<MatchResult> selectors() {
        return SELECTOR.matcher(text).results().toList();
    }

    private static Map<String, String> labels(String series) {
        Map<String, String> labels = new TreeMap<>();
        LABEL.matcher(series).results().forEach(label -> labels.put(label.group(1), label.group(2)));
        return labels;
    }

    private static boolean matches(String matchers, Map<String, String> labels) {
        return MATCHER.matcher(matchers)
                .results()
                .filter(matcher -> !OF_THE_TARGET.contains(matcher.group(1)))
                .allMatch(matcher -> {
                    String value = labels.getOrDefault(matcher.group(1), "");
                    return switch (matcher.group(2)) {
                        case "=" -> value.equals(matcher.group(3));
                        case "!=" -> !value.equals(matcher.group(3));
                        case "=~" -> value.matches(matcher.group(3));
                        default -> !value.matches(matcher.group(3));
                    };
                });
    }
}
