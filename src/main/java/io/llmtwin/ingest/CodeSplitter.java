package io.llmtwin.ingest;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Cuts source code of any language where its layout says that something ends: before the least indented line in reach
 * that follows a blank one. Small definitions so stay together, and a class too large is cut between its members.
 * Linear in the text, since every cut moves on by at least a third of what was looked at.
 */
final class CodeSplitter {
    private static final int TAB = 4;
    private static final int NO_BLANK_LINE = 6;
    private static final int BELONGS_ABOVE = 24;
    private static final int LONGEST_SCOPE = 80;

    private final List<Line> lines = new ArrayList<>();
    private final int target;

    private CodeSplitter(String code, int target, int limit) {
        this.target = target;
        Deque<Line> enclosing = new ArrayDeque<>();
        boolean blankBefore = false;
        for (String source : code.split("\n", -1)) {
            if (source.isBlank()) {
                blankBefore = true;
                continue;
            }
            int indent = indentOf(source);
            while (!enclosing.isEmpty() && enclosing.getLast().indent >= indent) {
                enclosing.removeLast();
            }
            String scope = enclosing.isEmpty() ? "" : enclosing.getLast().header();
            for (String text : WordSplitter.split(source, limit)) {
                lines.add(new Line(text, TextSize.of(text) + 1, indent, blankBefore, scope));
                blankBefore = false;
            }
            Line line = lines.get(lines.size() - 1);
            if (line.isHeader()) {
                enclosing.addLast(line);
            }
        }
    }

    /** The parts of {@code code} in order, about {@code target} in size and none larger than {@code limit}. */
    static List<Part> split(String code, int target, int limit) {
        return new CodeSplitter(code, Math.min(target, limit), limit - 1).parts();
    }

    private List<Part> parts() {
        List<Part> parts = new ArrayList<>();
        int from = 0;
        while (from < lines.size()) {
            int to = end(from);
            parts.add(new Part(text(from, to), lines.get(from).scope));
            from = to;
        }
        return parts;
    }

    private int end(int from) {
        int best = from + 1;
        int bestCost = Integer.MAX_VALUE;
        int size = lines.get(from).size();
        for (int i = from + 1; i < lines.size(); i++) {
            Line line = lines.get(i);
            int cost = size < target / 3 ? Integer.MAX_VALUE : line.costOfCutBefore(lines.get(i - 1));
            if (cost <= bestCost) {
                best = i;
                bestCost = cost;
            }
            size += line.size() + (line.blankBefore ? 1 : 0);
            if (size > target) {
                return best;
            }
        }
        return lines.size();
    }

    private String text(int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            Line line = lines.get(i);
            if (i > from) {
                text.append(line.blankBefore ? "\n\n" : "\n");
            }
            text.append(line.text);
        }
        return text.toString();
    }

    private static int indentOf(String line) {
        int indent = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c == '\t') {
                indent += TAB;
            } else if (c == ' ') {
                indent++;
            } else {
                break;
            }
        }
        return indent;
    }

    /**
     * Some lines of code.
     *
     * @param scope first line of the definition around them; empty at the top
     */
    record Part(String text, String scope) {}

    private record Line(String text, int size, int indent, boolean blankBefore, String scope) {
        int costOfCutBefore(Line previous) {
            boolean above = opensWith("}", ")", "]", "else", "catch", "finally", "except", "elif", "end", "{")
                    || (previous.opensWith("@", "//", "/*", "*", "#", "--") && !blankBefore);
            return indent + (blankBefore ? 0 : NO_BLANK_LINE) + (above ? BELONGS_ABOVE : 0);
        }

        boolean isHeader() {
            return !opensWith("}", ")", "]", "{", "@", "//", "/*", "*", "#", "--");
        }

        String header() {
            String header = text.strip();
            while (header.endsWith("{") || header.endsWith(":")) {
                header = header.substring(0, header.length() - 1).strip();
            }
            return Context.abbreviated(header, LONGEST_SCOPE);
        }

        private boolean opensWith(String... starts) {
            String stripped = text.stripLeading();
            for (String start : starts) {
                if (stripped.startsWith(start)) {
                    return true;
                }
            }
            return false;
        }
    }
}
