package io.llmtwin.embedded.llm;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads the sources and the question out of a conversation.
 *
 * <p>Three forms are understood, the first that fits wins: {@code <source id="1">…</source>} blocks, blocks that begin
 * with {@code [1]} on a line of their own, and text without marks, which counts as one source. The question is the last
 * {@code <question>…</question>} outside of the sources; without one, the last line that begins with
 * {@code Question:}, the last sentence that ends in a question mark, or the last paragraph of the last user message.
 * What stands inside a source is never read as a mark of anything but a source. Reading takes time linear in the length
 * of the text.
 */
final class PromptParser {
    private static final Pattern SOURCE =
            Pattern.compile("<source\\s((?:\"[^\"]{0,500}+\"|'[^']{0,500}+'|[^<>\"']{1,500}+){0,50}+)>");
    private static final Pattern ID = Pattern.compile("(?:^|\\s)id\\s{0,9}=\\s{0,9}[\"']?([\\w.:-]{1,64})");
    private static final String SOURCE_END = "</source>";
    private static final String QUESTION = "<question>";
    private static final String QUESTION_END = "</question>";
    private static final Pattern NUMBERED = Pattern.compile("(?m)^[ \\t]{0,8}\\[(\\d{1,4})][ \\t:]");
    private static final Pattern LABELLED_QUESTION = Pattern.compile("(?im)^[ \\t]{0,8}(?:user )?(?:question|q):(.*)$");
    private static final Pattern CUE =
            Pattern.compile("(?im)^[ \\t]{0,8}(?:your )?(?:answer|response|context|sources):?[ \\t]{0,8}$");
    private static final Pattern PARAGRAPH = Pattern.compile("\\n[ \\t\\r]{0,99}\\n");
    private static final int LONGEST_QUESTION = 2_000;

    Prompt parse(List<ChatMessage> messages) {
        int task = task(messages);
        List<Source> sources = new ArrayList<>();
        StringBuilder instructions = new StringBuilder();
        String taskText = "";
        for (int i = 0; i < messages.size(); i++) {
            ChatMessage message = messages.get(i);
            if (i == task) {
                taskText = withoutSources(message.content(), sources);
            } else if (!message.isFrom("assistant")) {
                instructions.append(withoutSources(message.content(), sources)).append("\n\n");
            }
        }
        Cut cut = cutQuestion(taskText);
        if (!sources.isEmpty()) {
            return new Prompt(List.copyOf(sources), cut.question, false);
        }
        if (cut.marked && (cut.rest.contains("<query>") || instructions.indexOf("<query>") >= 0)) {
            return new Prompt(List.of(), cut.question, true);
        }
        sources.addAll(numbered(instructions + cut.rest));
        if (sources.isEmpty()) {
            String unmarked = CUE.matcher(cut.rest).replaceAll("").strip();
            String context = unmarked.isEmpty() ? afterFirstParagraph(instructions.toString()) : unmarked;
            if (!context.isEmpty()) {
                sources.add(new Source("1", context));
            }
        }
        return new Prompt(List.copyOf(sources), cut.question, false);
    }

    private static int task(List<ChatMessage> messages) {
        for (int i = messages.size() - 1; i >= 0; i--) {
            if (messages.get(i).isFrom("user")) {
                return i;
            }
        }
        return messages.size() - 1;
    }

    /** Moves the marked sources of a text into {@code sources}; what remains is returned. */
    private static String withoutSources(String text, List<Source> sources) {
        StringBuilder rest = new StringBuilder();
        int at = 0;
        int close = -2;
        Opening opening = nextOpening(text, 0);
        while (opening != null) {
            rest.append(text, at, opening.start).append("\n\n");
            Opening next = nextOpening(text, opening.end);
            if (close != -1 && close < opening.end) {
                close = text.indexOf(SOURCE_END, opening.end);
            }
            int end;
            if (close >= 0 && (next == null || close < next.start)) {
                end = close;
                at = close + SOURCE_END.length();
            } else {
                end = next == null ? Math.max(opening.end, endOfUnclosed(text, opening.end)) : next.start;
                at = end;
            }
            String content = text.substring(opening.end, end).strip();
            if (!content.isEmpty()) {
                sources.add(new Source(opening.label, content));
            }
            opening = next;
        }
        return rest.append(text, at, text.length()).toString();
    }

    private static @Nullable Opening nextOpening(String text, int from) {
        Matcher tag = SOURCE.matcher(text);
        int at = from;
        while (tag.find(at)) {
            Matcher id = ID.matcher(tag.group(1));
            if (id.find()) {
                return new Opening(id.group(1), tag.start(), tag.end());
            }
            at = tag.end();
        }
        return null;
    }

    private static int endOfUnclosed(String text, int from) {
        int question = text.lastIndexOf(QUESTION);
        return question >= from ? question : text.length();
    }

    private static Cut cutQuestion(String task) {
        int tag = task.lastIndexOf(QUESTION);
        if (tag >= 0) {
            int start = tag + QUESTION.length();
            int close = task.indexOf(QUESTION_END, start);
            int end = close < 0 ? task.length() : close;
            String after = close < 0 ? "" : task.substring(close + QUESTION_END.length());
            return new Cut(question(task.substring(start, end)), task.substring(0, tag) + "\n\n" + after, true);
        }
        String text = CUE.matcher(task).replaceAll("").stripTrailing();
        Matcher labelled = LABELLED_QUESTION.matcher(text);
        int start = -1;
        int end = -1;
        while (labelled.find()) {
            start = labelled.start(1);
            end = labelled.end(1);
        }
        if (start >= 0 && !text.substring(start, end).isBlank()) {
            int line = text.lastIndexOf('\n', start) + 1;
            return new Cut(question(text.substring(start, end)), text.substring(0, line) + text.substring(end), false);
        }
        return cutUnmarkedQuestion(text);
    }

    private static Cut cutUnmarkedQuestion(String text) {
        int end = text.length();
        while (end > 0) {
            int line = text.lastIndexOf('\n', end - 1) + 1;
            String candidate = text.substring(line, end).strip();
            if (candidate.endsWith("?")) {
                int start = lastSentence(text, line, end);
                return new Cut(
                        question(text.substring(start, end)), text.substring(0, start) + text.substring(end), false);
            }
            end = line - 1;
        }
        int paragraph = 0;
        Matcher blank = PARAGRAPH.matcher(text);
        while (blank.find()) {
            paragraph = blank.end();
        }
        return new Cut(question(text.substring(paragraph)), text.substring(0, paragraph), false);
    }

    private static int lastSentence(String text, int start, int end) {
        BreakIterator sentences = BreakIterator.getSentenceInstance(Locale.ENGLISH);
        String line = text.substring(start, end).stripTrailing();
        sentences.setText(line);
        sentences.last();
        return start + Math.max(0, sentences.previous());
    }

    private static String question(String raw) {
        String text = raw.replace(QUESTION, " ").replaceAll("\\s+", " ").strip();
        return text.length() <= LONGEST_QUESTION
                ? text
                : text.substring(text.length() - LONGEST_QUESTION).strip();
    }

    private static List<Source> numbered(String text) {
        List<Source> sources = new ArrayList<>();
        Matcher marks = NUMBERED.matcher(text);
        @Nullable String label = null;
        int start = 0;
        while (marks.find()) {
            addBlock(sources, label, text.substring(start, marks.start()));
            label = marks.group(1);
            start = marks.end();
        }
        addBlock(sources, label, text.substring(start));
        return sources;
    }

    private static void addBlock(List<Source> sources, @Nullable String label, String text) {
        if (label != null && !text.isBlank()) {
            sources.add(new Source(label, text.strip()));
        }
    }

    /** A system message opens with instructions; only what follows its first paragraph can be material. */
    private static String afterFirstParagraph(String instructions) {
        return PARAGRAPH
                .splitAsStream(instructions)
                .map(String::strip)
                .filter(paragraph -> !paragraph.isEmpty())
                .skip(1)
                .collect(Collectors.joining("\n\n"));
    }

    private record Opening(String label, int start, int end) {}

    private record Cut(String question, String rest, boolean marked) {}
}
