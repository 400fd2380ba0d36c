package io.llmtwin.ingest;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.commonmark.node.Block;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;

/**
 * Markdown's outline: the sections that its headings make, each with its paragraphs and fenced code. Everything else
 * (lists, tables, quotes) is a paragraph here; blocks keep their source text, so that nothing is lost.
 */
final class MarkdownSections {
    /** Without inline content and nested blocks, parsing is linear whatever the input. */
    private static final Parser OUTLINE = Parser.builder()
            .enabledBlockTypes(Set.<Class<? extends Block>>of(Heading.class, FencedCodeBlock.class))
            .includeSourceSpans(IncludeSourceSpans.BLOCKS)
            .inlineParserFactory(context -> (lines, node) -> {})
            .build();

    private static final int LONGEST_HEADING = 200;
    private static final Pattern MARKS = Pattern.compile("^ {0,3}#{1,6}(?=\\s|$)|\\s#+\\s*$|^\\s*(=+|-+)\\s*$");
    private static final Pattern LINK = Pattern.compile("!?\\[([^\\[\\]]*)]\\([^()\\s]*\\)");

    private final String[] lines;
    private final List<Section> sections = new ArrayList<>();
    private final List<Level> path = new ArrayList<>();
    private Section current = new Section(List.of(), "", new ArrayList<>());

    private MarkdownSections(String text) {
        lines = text.split("\n", -1);
    }

    /** The sections of {@code text}, whose lines end with {@code \n}, in its order; those without any text left out. */
    static List<Section> of(String text) {
        return new MarkdownSections(text).read(text);
    }

    private List<Section> read(String text) {
        sections.add(current);
        Node block = OUTLINE.parse(text).getFirstChild();
        int from = 0;
        while (block != null) {
            Node next = block.getNext();
            while (next != null && next.getSourceSpans().isEmpty()) {
                next = next.getNext();
            }
            int to = next == null ? lines.length : next.getSourceSpans().get(0).getLineIndex();
            add(block, from, to);
            from = to;
            block = next;
        }
        sections.removeIf(section -> section.heading.isEmpty() && section.blocks.isEmpty());
        return sections;
    }

    private void add(Node block, int from, int to) {
        if (block instanceof Heading heading) {
            List<SourceSpan> spans = block.getSourceSpans();
            int end = spans.get(spans.size() - 1).getLineIndex() + 1;
            String source = text(from, end);
            if (source.length() <= LONGEST_HEADING) {
                open(heading.getLevel(), source);
                paragraph(text(end, to));
                return;
            }
        }
        String source = text(from, to);
        if (block instanceof FencedCodeBlock && !source.isEmpty()) {
            current.blocks.add(new Part(source, true));
        } else {
            paragraph(source);
        }
    }

    private void open(int level, String source) {
        path.removeIf(above -> above.level >= level);
        StringBuilder plain = new StringBuilder();
        for (String line : source.split("\n", -1)) {
            String bare = MARKS.matcher(line).replaceAll("").strip();
            if (!bare.isEmpty()) {
                plain.append(plain.isEmpty() ? "" : " ").append(bare);
            }
        }
        String name = LINK.matcher(plain)
                .replaceAll("$1")
                .replace("*", "")
                .replace("`", "")
                .strip();
        if (!name.isEmpty()) {
            path.add(new Level(level, name));
        }
        current = new Section(
                path.stream().map(Level::name).toList(),
                source,
                new ArrayList<>(),
                !name.isEmpty() && name.contentEquals(plain));
        sections.add(current);
    }

    private void paragraph(String source) {
        if (!source.isEmpty()) {
            current.blocks.add(new Part(source, false));
        }
    }

    private String text(int from, int to) {
        int first = from;
        int last = to;
        while (first < last && lines[first].isBlank()) {
            first++;
        }
        while (last > first && lines[last - 1].isBlank()) {
            last--;
        }
        return String.join("\n", Arrays.asList(lines).subList(first, last));
    }

    private record Level(int level, String name) {}

    /** A paragraph, or fenced code with its fences. */
    record Part(String text, boolean code) {}

    /**
     * A heading and what stands below it, down to the next heading.
     *
     * @param path plain text of the headings that lead here, this one's last
     * @param heading the heading's source; empty before the first
     * @param plain whether the path's last name is all that the heading says
     */
    record Section(List<String> path, String heading, List<Part> blocks, boolean plain) {
        Section(List<String> path, String heading, List<Part> blocks) {
            this(path, heading, blocks, false);
        }
    }
}
