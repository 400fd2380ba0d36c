package io.llmtwin.ingest;

import io.llmtwin.retrieval.DocumentType;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Consumer;
import org.jsoup.nodes.Document;
import org.jspecify.annotations.Nullable;

/** The documents of a file, by its kind. */
final class FileDocuments {
    private static final Duration BEING_WRITTEN = Duration.ofMinutes(2);

    private final CorpusLabels labels;
    private final CorpusListener listener;

    FileDocuments(CorpusLabels labels, CorpusListener listener) {
        this.labels = labels;
        this.listener = listener;
    }

    /** Gives the documents of {@code file} to {@code sink}; a file that can't be read is reported, and that is all. */
    void read(CorpusFile file, Consumer<SourceDocument> sink) {
        long[] counted = {0};
        CorpusListener counting = new CorpusListener() {
            @Override
            public void skipped(Skipped skipped) {
                boolean halfWritten = file.isYoungerThan(BEING_WRITTEN);
                listener.skipped(halfWritten ? skipped.unknown() : skipped);
            }

            @Override
            public void read(long bytes) {
                counted[0] += bytes;
                listener.read(bytes);
            }
        };
        listener.opened(file.size());
        try {
            read(file, sink, counting);
        } catch (UnreadableDocumentException e) {
            counting.skipped(new Skipped(file.name(), String.valueOf(e.getMessage())));
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CancellationException();
            }
            listener.skipped(new Skipped(file.name(), "could not be read: " + e, true));
        }
        listener.read(Math.max(0, file.size() - counted[0]));
    }

    private void read(CorpusFile file, Consumer<SourceDocument> sink, CorpusListener counting)
            throws IOException, UnreadableDocumentException {
        if (labels.repository() != null && file.name().startsWith("src/")) {
            sink.accept(code(file, file.text(counting::read)));
            return;
        }
        switch (file.kind()) {
            case MARKDOWN -> sink.accept(markdown(file, file.text(counting::read)));
            case TEXT -> sink.accept(article(file, null, null, null, file.stem(), file.text(counting::read)));
            case HTML -> sink.accept(html(file, file.text(counting::read)));
            case CHANGELOG -> changelog(file, file.text(counting::read), sink);
            case CODE -> sink.accept(code(file, file.text(counting::read)));
            case NOTEBOOK -> sink.accept(code(file, Notebook.markdown(file.name(), file.text(counting::read))));
            case JSON, JSON_LINES -> JsonDocuments.read(file, labels, sink, counting);
        }
    }

    private SourceDocument markdown(CorpusFile file, String source) {
        FrontMatter matter = FrontMatter.of(source);
        String title = matter.first("title");
        return article(
                file,
                matter.first("author"),
                matter.first("platform"),
                matter.first("link", "url", "canonical_url"),
                title == null ? headline(matter.content(), file.stem()) : title,
                matter.content());
    }

    private SourceDocument html(CorpusFile file, String source) {
        Document page = HtmlText.parse(source);
        String title = HtmlText.title(page);
        String author = HtmlText.author(page);
        String link = HtmlText.link(page);
        return article(file, author, null, link, title == null ? file.stem() : title, HtmlText.main(page));
    }

    private void changelog(CorpusFile file, String text, Consumer<SourceDocument> sink) {
        List<Changelog.Release> releases = Changelog.releases(text.replace("\r\n", "\n"));
        if (releases.isEmpty()) {
            sink.accept(post(file.name(), file.stem(), text));
        }
        for (Changelog.Release release : releases) {
            sink.accept(post(file.name() + "#" + release.key(), labels.name() + " " + release.name(), release.notes()));
        }
    }

    private SourceDocument post(String id, String title, String content) {
        return new SourceDocument(
                id, DocumentType.POST, labels.author(), null, labels.docsPlatform(), null, null, title, content);
    }

    private SourceDocument code(CorpusFile file, String content) {
        int slash = file.name().indexOf('/');
        String repository = labels.repository() != null
                ? labels.repository()
                : slash < 0 ? labels.name() : file.name().substring(0, slash);
        return new SourceDocument(
                file.name(),
                DocumentType.REPOSITORY,
                labels.author(),
                null,
                labels.codePlatform(),
                null,
                repository,
                file.name(),
                content);
    }

    private SourceDocument article(
            CorpusFile file,
            @Nullable String author,
            @Nullable String platform,
            @Nullable String link,
            String title,
            String content) {
        return new SourceDocument(
                file.name(),
                DocumentType.ARTICLE,
                author == null ? labels.author() : author,
                null,
                platform == null ? labels.docsPlatform() : platform,
                link,
                null,
                title,
                content);
    }

    /** The first heading of the highest level. */
    private static String headline(String markdown, String otherwise) {
        return MarkdownSections.of(markdown).stream()
                .filter(section -> section.path().size() == 1)
                .map(section -> section.path().get(0))
                .findFirst()
                .orElse(otherwise);
    }
}
