package io.llmtwin.embedded.llm;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** Consecutive lines of code or of a table, and how such lines look. */
final class CodeBlock {
    /** A longer line is prose, whatever it begins with; so no pattern meets a line that it could labour on. */
    static final int LONGEST_LINE = 2_000;

    private static final int MOST_LINES = 12;
    private static final Pattern LINE = Pattern.compile("^(?:\\t| {4,}).*|.*[{};]\\s*$"
            + "|^\\s*(?:\\$ |>>> |\\|.*\\||import [\\w.{]|from \\w+ import |def \\w+\\(|#!|//|/\\*|@\\w+\\().*"
            + "|^\\s*(?:import|package) [\\w.*]+;?\\s*$");
    /** A key as YAML and properties files have it; prose seldom begins in lower case and has no colon then. */
    private static final Pattern SETTING =
            Pattern.compile("^\\s*(?:- )?[\"']?[a-z][\\w./-]*[\"']?(?::(?:\\s+.*)?(?<![.!?])|\\s?=\\s?\\S*)$");

    private static final Pattern SETTING_ITEM = Pattern.compile("^\\s*- [a-z][\\w./-]*:(?:\\s+\\S+)?$");
    private static final Pattern MORE = Pattern.compile("^(?:\\s|[-#})\\]|]).*");
    private static final Pattern TABLE_ROW = Pattern.compile("^\\s*\\|.*\\|\\s*$");
    private static final Pattern PREAMBLE = Pattern.compile("^\\s*(?:(?:import|package|from|using|#include)\\b.*)?$");

    private final List<String> lines = new ArrayList<>();

    static boolean isLine(String line) {
        return LINE.matcher(line).matches() || SETTING.matcher(line).matches();
    }

    static boolean isTableRow(String line) {
        return TABLE_ROW.matcher(line).matches();
    }

    /** Whether {@code line} looks like an item of a list and is code. */
    static boolean isSettingItem(String line) {
        return SETTING_ITEM.matcher(line).matches();
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    void add(String line) {
        lines.add(line);
    }

    /** Whether {@code line} goes on with the block, if it isn't blank. */
    boolean continuesWith(String line) {
        return !lines.isEmpty() && (isLine(line) || MORE.matcher(line).matches());
    }

    /** The lines, in blocks short enough to quote; a long table's header is repeated. Empties this. */
    List<String> end() {
        boolean table = lines.size() > 2 && lines.stream().allMatch(CodeBlock::isTableRow);
        List<String> blocks = table ? tables() : pieces();
        lines.clear();
        return blocks.stream()
                .map(String::stripTrailing)
                .filter(CodeBlock::says)
                .toList();
    }

    private List<String> tables() {
        if (lines.size() <= MOST_LINES) {
            return List.of(String.join("\n", lines));
        }
        String header = lines.get(0) + "\n" + lines.get(1) + "\n";
        return lines.subList(2, lines.size()).stream().map(row -> header + row).toList();
    }

    private List<String> pieces() {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < lines.size()) {
            int to = Math.min(lines.size(), from + MOST_LINES);
            for (int blank = to; to < lines.size() && blank > from; blank--) {
                if (lines.get(blank - 1).isBlank()) {
                    to = blank;
                    break;
                }
            }
            pieces.add(String.join("\n", lines.subList(from, to)));
            from = to;
        }
        return pieces;
    }

    private static boolean says(String block) {
        return block.codePoints().anyMatch(Character::isLetterOrDigit)
                && !block.lines().allMatch(line -> PREAMBLE.matcher(line).matches());
    }
}
