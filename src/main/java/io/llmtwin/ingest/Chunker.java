package io.llmtwin.ingest;

import io.llmtwin.ingest.MarkdownSections.Part;
import io.llmtwin.ingest.MarkdownSections.Section;
import io.llmtwin.ingest.Packer.Piece;
import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.TextCleaner;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Documents to chunks. Prose is cut at its headings, then between paragraphs, then between sentences; code where its
 * layout says that a definition ends. Sections too small to stand alone join their neighbours, one that fits stays whole,
 * one that is cut is cut evenly and repeats a sentence across the cut, fenced code stays whole if it fits. Every chunk begins with a line of context.
 * Sizes are those of {@link TextSize}. Deterministic, linear in the text, thread-safe.
 */
public final class Chunker {
    /** Version of the rules: documents are chunked anew when it rises. */
    public static final int VERSION = 2;

    /** What a chunk grows to where a section has to be cut, its line of context included. */
    public static final int TARGET = 1200;

    /** What no chunk exceeds. */
    public static final int LIMIT = 1800;

    private static final int SMALL_SECTION = 400;
    private static final int HALF_A_SENTENCE = 80;

    private static final int LONGEST_FENCE = 80;
    private static final Pattern MARKDOWN_HEADING = Pattern.compile("#{1,6} .*");
    private static final Pattern FENCE = Pattern.compile("(?m)^ {0,3}(```|~~~)");

    /** The chunks of a document, in its order; none if it says nothing. */
    public List<Chunk> chunk(SourceDocument document) {
        String text = TextCleaner.clean(document.content());
        if (text.isEmpty()) {
            return List.of();
        }
        String title = document.title() == null ? null : TextCleaner.clean(document.title());
        return document.type() == DocumentType.REPOSITORY && !isMarkdown(text)
                ? code(title, text)
                : prose(title, MarkdownSections.of(text));
    }

    /** A repository of several files comes as Markdown, each file fenced below its path. */
    private static boolean isMarkdown(String text) {
        String firstLine = text.lines().findFirst().orElse("");
        return MARKDOWN_HEADING.matcher(firstLine).matches()
                && FENCE.matcher(text).find();
    }

    private static List<Chunk> code(@Nullable String title, String text) {
        String widest = Context.line(title, List.of("x".repeat(LONGEST_FENCE)));
        int taken = TextSize.of(widest) + 2;
        return CodeSplitter.split(text, TARGET - taken, LIMIT - taken).stream()
                .map(part -> {
                    List<String> scope = part.scope().isEmpty() ? List.of() : List.of(part.scope());
                    return new Chunk(part.scope(), withContext(Context.line(title, scope), part.text()));
                })
                .toList();
    }

    private static List<Chunk> prose(@Nullable String title, List<Section> sections) {
        ProseSplitter splitter = new ProseSplitter();
        List<Chunk> chunks = new ArrayList<>();
        int from = 0;
        while (from < sections.size()) {
            int to = endOfGroup(sections, from);
            List<Section> group = sections.subList(from, to);
            boolean repeated = to < sections.size()
                    && areSaidBy(contextOf(title, sections.subList(to, endOfGroup(sections, to))), group);
            if (!repeated) {
                group(splitter, title, group, chunks);
            }
            from = to;
        }
        return chunks;
    }

    /** Whether {@code group} is nothing but headings, and the context of what follows names them all. */
    private static boolean areSaidBy(String context, List<Section> group) {
        return group.stream()
                .allMatch(section -> section.blocks().isEmpty()
                        && section.plain()
                        && context.contains(section.path().get(section.path().size() - 1)));
    }

    private static String contextOf(@Nullable String title, List<Section> group) {
        return Context.line(title, withoutTitle(title, commonPath(group)));
    }

    /** Sections from {@code from} on that make one chunk, because there is a small one between any two. */
    private static int endOfGroup(List<Section> sections, int from) {
        int size = sizeOf(sections.get(from));
        int previous = size;
        int to = from + 1;
        while (to < sections.size()) {
            int next = sizeOf(sections.get(to));
            if (size + next > TARGET || Math.min(previous, next) > SMALL_SECTION) {
                break;
            }
            size += next;
            previous = next;
            to++;
        }
        return to;
    }

    private static int sizeOf(Section section) {
        int size = TextSize.of(section.heading()) + 2;
        for (Part part : section.blocks()) {
            size += TextSize.of(part.text()) + 2;
        }
        return size;
    }

    private static void group(ProseSplitter splitter, @Nullable String title, List<Section> group, List<Chunk> chunks) {
        List<String> path = withoutTitle(title, commonPath(group));
        String context = contextOf(title, group);
        int taken = TextSize.of(context) + 2;
        Packer packer = new Packer(splitter, targetFor(sizeOf(group), taken), LIMIT - taken);
        for (Section section : group) {
            if (!section.heading().isEmpty() && !(section.plain() && saidBy(context, section))) {
                packer.add(new Piece(section.heading(), "\n\n", false));
            }
            for (Part part : section.blocks()) {
                if (part.code()) {
                    fence(part.text(), LIMIT - taken).forEach(packer::add);
                } else {
                    paragraph(splitter, part.text(), LIMIT - taken).forEach(packer::add);
                }
            }
        }
        String section = String.join(" > ", path);
        List<String> passages = packer.finish();
        if (passages.isEmpty()) {
            chunks.add(new Chunk(section, context));
        }
        passages.forEach(passage -> chunks.add(new Chunk(section, withContext(context, passage))));
    }

    /**
     * What a passage of a group of {@code size} grows to, beside {@code taken} for its line of context: all of it if that
     * fits, else an equal part, so that the last passage is no scrap.
     */
    private static int targetFor(int size, int taken) {
        if (size <= LIMIT - taken) {
            return size;
        }
        int target = TARGET - taken;
        int passages = (size + target - 1) / target;
        return Math.min(target, size / passages + HALF_A_SENTENCE);
    }

    private static int sizeOf(List<Section> group) {
        return group.stream().mapToInt(Chunker::sizeOf).sum();
    }

    private static boolean saidBy(String context, Section section) {
        String name = section.path().isEmpty()
                ? ""
                : section.path().get(section.path().size() - 1);
        return context.equals(name) || context.endsWith(" > " + name);
    }

    private static List<String> commonPath(List<Section> group) {
        List<String> common = group.get(0).path();
        for (Section section : group) {
            int same = 0;
            while (same < common.size()
                    && same < section.path().size()
                    && common.get(same).equals(section.path().get(same))) {
                same++;
            }
            common = common.subList(0, same);
        }
        return common;
    }

    private static List<String> withoutTitle(@Nullable String title, List<String> path) {
        return !path.isEmpty() && path.get(0).equals(title) ? path.subList(1, path.size()) : path;
    }

    private static List<Piece> paragraph(ProseSplitter splitter, String text, int limit) {
        Piece whole = new Piece(text, "\n\n", true);
        if (whole.size() <= Math.min(TARGET, limit)) {
            return List.of(whole);
        }
        List<Piece> pieces = new ArrayList<>();
        for (ProseSplitter.Sentence sentence : splitter.split(text, limit)) {
            pieces.add(new Piece(sentence.text(), pieces.isEmpty() ? "\n\n" : sentence.separator(), true));
        }
        return pieces;
    }

    private static List<Piece> fence(String text, int limit) {
        Piece whole = new Piece(text, "\n\n", false);
        if (whole.size() <= limit) {
            return List.of(whole);
        }
        int open = text.indexOf('\n');
        if (open < 0 || open > LONGEST_FENCE) {
            return WordSplitter.split(text, limit).stream()
                    .map(part -> new Piece(part, "", false))
                    .toList();
        }
        String opening = text.substring(0, open);
        String fence = fenceOf(opening.strip());
        int close = text.lastIndexOf('\n');
        String end = text.substring(close + 1).strip();
        String code = close > open
                        && !end.isEmpty()
                        && end.equals(fence.substring(0, 1).repeat(end.length()))
                ? text.substring(open + 1, close)
                : text.substring(open + 1);
        int taken = TextSize.of(opening) + TextSize.of(fence) + 2;
        return CodeSplitter.split(code, TARGET - taken, limit - taken).stream()
                .map(part -> new Piece(opening + '\n' + part.text() + '\n' + fence, "\n\n", false))
                .toList();
    }

    private static String fenceOf(String opening) {
        int end = 0;
        while (end < opening.length() && opening.charAt(end) == opening.charAt(0)) {
            end++;
        }
        return opening.substring(0, end);
    }

    private static String withContext(String context, String passage) {
        return context.isEmpty() ? passage : context + "\n\n" + passage;
    }
}
