package io.llmtwin.evaluation.command;

import io.llmtwin.evaluation.CaseResult;
import io.llmtwin.evaluation.EvaluationReport;
import io.llmtwin.evaluation.Measure;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** An evaluation as a table for people: a line for each case, and below it what is wrong with it. */
final class ResultTable {
    private static final int LONGEST_QUESTION = 60;

    private final EvaluationReport report;
    private final List<CaseResult> cases;
    private final List<Measure> measures;

    ResultTable(EvaluationReport report) {
        this.report = report;
        this.cases = Objects.requireNonNull(report.cases());
        this.measures = Arrays.stream(Measure.values())
                .filter(report.measures()::containsKey)
                .toList();
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        List<String> head = new ArrayList<>(List.of("", "evaluation"));
        measures.forEach(measure -> head.add(measure.key()));
        head.addAll(List.of("ms", "question"));
        List<List<String>> rows = new ArrayList<>(List.of(head));
        cases.forEach(one -> rows.add(row(one)));
        int[] widths = widths(rows);
        for (int i = 0; i < rows.size(); i++) {
            line(rows.get(i), widths, text);
            if (i > 0) {
                cases.get(i - 1).failures().forEach(failure -> text.append("        ✗ ")
                        .append(failure)
                        .append('\n'));
                cases.get(i - 1)
                        .notes()
                        .forEach(note -> text.append("        · ").append(note).append('\n'));
            }
        }
        text.append('\n');
        report.measures().forEach((measure, value) -> text.append(measure.key())
                .append(' ')
                .append(number(value))
                .append("   "));
        text.append('\n');
        report.failures().forEach(failure -> text.append("✗ ").append(failure).append('\n'));
        long passed = cases.stream().filter(CaseResult::passed).count();
        return text.append(report.passed() ? "passed" : "not passed")
                .append(": ")
                .append(passed)
                .append(" of ")
                .append(cases.size())
                .append(" cases, revision ")
                .append(report.revision())
                .append('\n')
                .toString();
    }

    private List<String> row(CaseResult one) {
        List<String> row = new ArrayList<>(List.of(one.passed() ? "ok" : "FAIL", one.evaluation()));
        Map<Measure, Double> values = one.measures();
        measures.forEach(measure -> row.add(values.containsKey(measure) ? number(values.get(measure)) : "-"));
        row.add(Long.toString(Math.round(one.milliseconds())));
        String question = one.question().replaceAll("\\s+", " ");
        row.add(question.length() <= LONGEST_QUESTION ? question : question.substring(0, LONGEST_QUESTION - 1) + "…");
        return row;
    }

    private static int[] widths(List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    private static void line(List<String> row, int[] widths, StringBuilder text) {
        for (int i = 0; i < widths.length - 1; i++) {
            text.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
        }
        text.append(row.get(widths.length - 1)).append('\n');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
