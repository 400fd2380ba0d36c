package io.llmtwin.ingest;

import java.util.Set;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;
import org.jsoup.select.NodeVisitor;
import org.jspecify.annotations.Nullable;

/** The main content of an HTML page as Markdown: headings, paragraphs, lists, tables and code, without the page around. */
final class HtmlText implements NodeVisitor {
    private static final String NOT_CONTENT =
            "script, style, noscript, template, nav, aside, footer, form, button, iframe, svg, canvas, dialog, [hidden], [aria-hidden=true]";
    private static final Set<String> PARAGRAPHS = Set.of(
            "p",
            "div",
            "section",
            "article",
            "main",
            "header",
            "ul",
            "ol",
            "dl",
            "table",
            "blockquote",
            "figure",
            "hr");
    private static final Set<String> LINES = Set.of("br", "tr", "dt", "dd", "figcaption", "summary");

    private final StringBuilder text = new StringBuilder();
    /** How deep in preformatted code the traversal is; 0 outside. */
    private int codeDepth;

    private HtmlText() {}

    /** The page's title: its own, else its first heading. */
    static @Nullable String title(Document page) {
        String title = attribute(page, "meta[property=og:title]", "content");
        if (title == null && !page.title().isBlank()) {
            title = page.title().strip();
        }
        Element heading = page.selectFirst("h1");
        return title != null || heading == null ? title : heading.text();
    }

    static @Nullable String author(Document page) {
        return attribute(page, "meta[name=author]", "content");
    }

    static @Nullable String link(Document page) {
        return attribute(page, "link[rel=canonical]", "href");
    }

    static Document parse(String html) {
        return Jsoup.parse(html);
    }

    static String main(Document page) {
        page.select(NOT_CONTENT).remove();
        Element main = page.selectFirst("main, [role=main]");
        if (main == null) {
            var articles = page.select("article");
            main = articles.size() == 1 ? articles.first() : page.body();
        }
        if (main == null) {
            return "";
        }
        HtmlText reader = new HtmlText();
        main.traverse(reader);
        return reader.text.toString().strip();
    }

    @Override
    public void head(Node node, int depth) {
        if (node instanceof TextNode words) {
            append(words);
        } else if (node instanceof Element element && codeDepth == 0) {
            open(element, depth);
        }
    }

    @Override
    public void tail(Node node, int depth) {
        if (!(node instanceof Element element)) {
            return;
        }
        if (codeDepth == depth + 1) {
            codeDepth = 0;
            lineEnds(1);
            text.append("```");
            lineEnds(2);
        } else if (codeDepth == 0) {
            String tag = element.normalName();
            if (level(tag) > 0 || PARAGRAPHS.contains(tag)) {
                lineEnds(2);
            } else if (tag.equals("td") || tag.equals("th")) {
                text.append(" | ");
            }
        }
    }

    private void open(Element element, int depth) {
        String tag = element.normalName();
        int level = level(tag);
        if (level > 0) {
            lineEnds(2);
            text.append("#".repeat(level)).append(' ');
        } else if (tag.equals("pre")) {
            lineEnds(2);
            text.append("```\n");
            codeDepth = depth + 1;
        } else if (tag.equals("li")) {
            lineEnds(1);
            text.append("- ");
        } else if (PARAGRAPHS.contains(tag)) {
            lineEnds(2);
        } else if (LINES.contains(tag)) {
            lineEnds(1);
        }
    }

    private void append(TextNode words) {
        if (codeDepth > 0) {
            text.append(words.getWholeText());
            return;
        }
        String plain = words.getWholeText().replaceAll("\\s+", " ");
        boolean atStart = text.isEmpty() || Character.isWhitespace(text.charAt(text.length() - 1));
        text.append(atStart ? plain.stripLeading() : plain);
    }

    private void lineEnds(int wanted) {
        while (!text.isEmpty() && text.charAt(text.length() - 1) == ' ' && !endsWithBullet()) {
            text.setLength(text.length() - 1);
        }
        int there = 0;
        while (there < text.length() && there < wanted && text.charAt(text.length() - 1 - there) == '\n') {
            there++;
        }
        if (!text.isEmpty() && !endsWithBullet()) {
            text.append("\n".repeat(wanted - there));
        }
    }

    private boolean endsWithBullet() {
        int end = text.length();
        return end >= 2
                && text.charAt(end - 1) == ' '
                && text.charAt(end - 2) == '-'
                && (end == 2 || text.charAt(end - 3) == '\n');
    }

    private static int level(String tag) {
        return tag.length() == 2 && tag.charAt(0) == 'h' && tag.charAt(1) >= '1' && tag.charAt(1) <= '6'
                ? tag.charAt(1) - '0'
                : 0;
    }

    private static @Nullable String attribute(Document page, String query, String name) {
        Element element = page.selectFirst(query);
        String value = element == null ? "" : element.attr(name).strip();
        return value.isEmpty() ? null : value;
    }
}
