package io.llmtwin.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.llmtwin.retrieval.DocumentType;
import java.io.IOException;
import java.io.OutputStream;
import java.io.Writer;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    @TempDir
    Path folder;

    private final List<Skipped> skipped = new ArrayList<>();

    @Test
    void documents_markdown_isAnArticle() throws IOException {
        write("notes/twins.md", "# On twins\n\nThey answer.\n");

        assertThat(documents())
                .containsExactly(new SourceDocument(
                        "notes/twins.md",
                        DocumentType.ARTICLE,
                        "Ada",
                        null,
                        null,
                        null,
                        null,
                        "On twins",
                        "# On twins\n\nThey answer.\n"));
    }

    @Test
    void documents_frontMatter_saysWhoAndWhere() throws IOException {
        write(
                "a.md",
                "---\ntitle: \"On: twins\"\nauthor: Grace\nplatform: medium\nurl: https://example.org/a\ntags:\n  - x\n---\n# Other\n\nText");

        SourceDocument document = documents().get(0);

        assertThat(document.title()).isEqualTo("On: twins");
        assertThat(document.author()).isEqualTo("Grace");
        assertThat(document.platform()).isEqualTo("medium");
        assertThat(document.link()).isEqualTo("https://example.org/a");
        assertThat(document.content()).isEqualTo("# Other\n\nText");
    }

    @Test
    void documents_html_keepsHeadingsAndCodeAndDropsThePageAround() throws IOException {
        write("page.html", """
                <html><head><title>The page</title><style>p{}</style><meta name="author" content="Grace">
                <link rel="canonical" href="https://example.org/page"></head>
                <body><nav>Home | About</nav><main><h1>Twins</h1><p>They
                <b>answer</b>&nbsp;questions.</p><script>alert(1)</script><h2>How</h2><ul><li><p>Search</p></li><li>Write</li></ul>
                <pre><code>int a;
                  int b;</code></pre><table><tr><td>k</td><td>v</td></tr></table></main><footer>© 2024</footer></body></html>
                """);

        SourceDocument document = documents().get(0);

        assertThat(document.title()).isEqualTo("The page");
        assertThat(document.author()).isEqualTo("Grace");
        assertThat(document.link()).isEqualTo("https://example.org/page");
        assertThat(document.content())
                .startsWith("# Twins\n\nThey answer")
                .contains("\n\n## How\n\n- Search")
                .contains("\n- Write\n\n```\nint a;\n  int b;\n```\n\nk | v")
                .doesNotContain("alert", "Home", "2024", "p{}");
    }

    @Test
    void documents_changelog_isAPostForEachRelease() throws IOException {
        write(
                "CHANGELOG.md",
                "# Changelog\n\nAll of it.\n\n## [1.1.0] - 2024-02-03\n\n### Added\n\n- Search\n\n## 1.0.0\n\n- First\n\n## Older\n\nLost.\n");

        assertThat(documents())
                .allSatisfy(document -> assertThat(document.type()).isEqualTo(DocumentType.POST))
                .extracting(SourceDocument::id, SourceDocument::content)
                .containsExactly(
                        tuple("CHANGELOG.md#1.1.0-2024-02-03", "### Added\n\n- Search"),
                        tuple("CHANGELOG.md#1.0.0", "- First"));
    }

    @Test
    void documents_code_isOfTheRepositoryOfItsTopFolder() throws IOException {
        write("engine/src/A.java", "class A {}");
        write("run.py", "print(1)");

        assertThat(documents())
                .allSatisfy(document -> assertThat(document.type()).isEqualTo(DocumentType.REPOSITORY))
                .extracting(SourceDocument::name, SourceDocument::title)
                .containsExactly(
                        tuple("engine", "engine/src/A.java"),
                        tuple(folder.getFileName().toString(), "run.py"));
    }

    @Test
    void documents_notebook_isItsCells() throws IOException {
        write("n.ipynb", """
                {"cells": [{"cell_type": "markdown", "source": ["# Hello\\n", "text"]},
                           {"cell_type": "code", "source": "a = 1", "outputs": [{"text": "lost"}]}]}""");

        assertThat(documents().get(0).content()).isEqualTo("# n.ipynb\n\n# Hello\ntext\n\n```python\na = 1\n```");
    }

    @Test
    void documents_foldersAndFilesOfNoUse_arePassedOverInSilence() throws IOException {
        write(".git/config.md", "hidden");
        write(".secret.md", "hidden");
        write("node_modules/x/README.md", "vendored");
        write("target/a.txt", "built");
        write("picture.png", "binary");
        write("package-lock.json", "{}");
        write("app.min.js", "x");

        assertThat(documents()).isEmpty();
        assertThat(skipped).isEmpty();
    }

    @Test
    void documents_brokenFileOfThisMinute_mayHoldMore() throws IOException {
        write("list.json", "[{\"id\": \"1\", \"text\": \"kept\"}, {\"id\": ");
        assertThat(documents()).extracting(SourceDocument::id).containsExactly("1");
        assertThat(skipped).hasSize(1).allMatch(Skipped::unread);
    }

    @Test
    void documents_brokenFiles_areNamedAndTheRestIsRead() throws IOException {
        write("a-zero.txt", "a\0b");
        Files.write(folder.resolve("b-latin.md"), new byte[] {'a', (byte) 0xE9, 'b'});
        write("c-large.txt", "x".repeat(CorpusFile.LARGEST + 1));
        write("d.json", "[{\"id\": \"1\", \"text\": \"kept\"}, {\"id\": ");
        write("e.json", "{\"name\": \"tool\", \"version\": \"1\"}");
        write("f.json", "[{\"id\": 7}, 3, {\"_id\": \"8\", \"content\": \" \"}]");
        write(
                "g.jsonl",
                "{\"id\": \"2\", \"text\": \"kept\"}\nnot json\n\n{\"id\": \"3\", \"text\": \"kept too\"}\n[]");
        write("h.ipynb", "{");
        write("z.txt", "good");
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(3_600)));
            }
        }

        assertThat(documents()).extracting(SourceDocument::id).containsExactly("1", "2", "3", "z.txt");
        assertThat(skipped)
                .extracting(Skipped::path)
                .containsExactly(
                        "a-zero.txt",
                        "b-latin.md",
                        "c-large.txt",
                        "d.json",
                        "e.json",
                        "f.json#0",
                        "f.json#1",
                        "f.json#2",
                        "g.jsonl:2",
                        "g.jsonl:5",
                        "h.ipynb");
        assertThat(skipped)
                .noneMatch(Skipped::unread)
                .extracting(Skipped::reason)
                .contains("not UTF-8", "larger than 8 MiB", "no document in it", "no content", "not an object")
                .anySatisfy(reason -> assertThat(reason).startsWith("not JSON from line 1, column"));
    }

    @Test
    void documents_danglingLink_isNamedAndHoldsNothing() throws IOException {
        Files.createSymbolicLink(folder.resolve("gone.md"), folder.resolve("nowhere.md"));
        assertThat(documents()).isEmpty();
        assertThat(skipped).hasSize(1).noneMatch(Skipped::unread);
    }

    @Test
    void documents_linkToItself_isNamedAsUnread() throws IOException {
        Files.createSymbolicLink(folder.resolve("gone.md"), folder.resolve("gone.md"));
        write("z.txt", "good");

        assertThat(documents()).hasSize(1);
        assertThat(skipped).singleElement().satisfies(what -> {
            assertThat(what.path()).isEqualTo("gone.md");
            assertThat(what.unread()).isTrue();
        });
    }

    @Test
    void documents_links_areFollowedWithinTheFolderOnly(@TempDir Path outside) throws IOException {
        Files.writeString(outside.resolve("secret.md"), "secret");
        write("a.md", "inside");
        Files.createSymbolicLink(folder.resolve("b.md"), folder.resolve("a.md"));
        Files.createSymbolicLink(folder.resolve("c.md"), outside.resolve("secret.md"));
        Files.createSymbolicLink(folder.resolve("loop"), folder);
        Files.createSymbolicLink(folder.resolve("out"), outside);

        assertThat(documents()).extracting(SourceDocument::content).containsExactly("inside", "inside");
        assertThat(skipped).extracting(Skipped::path).containsExactly("c.md");
    }

    @Test
    void documents_folderThatIsMissing_isAnError() {
        assertThatThrownBy(() -> Corpus.of(folder.resolve("none"), "Ada").documents(skipped::add))
                .isInstanceOf(NotDirectoryException.class);
    }

    @Test
    void documents_zip_readsLikeAFolder() throws IOException {
        Path zip = folder.resolve("corpus.zip");
        zip(zip, "docs/a.md", "# A\n\ntext");

        try (Stream<SourceDocument> documents = Corpus.of(zip, "Ada").documents(skipped::add)) {
            assertThat(documents).extracting(SourceDocument::id).containsExactly("docs/a.md");
        }
        assertThat(skipped).isEmpty();
    }

    @Test
    void documents_streamThatIsLimited_readsNoMoreFiles() throws IOException {
        for (int i = 0; i < 50; i++) {
            write("f" + i + ".txt", "text");
        }
        AtomicInteger opened = new AtomicInteger();
        CorpusListener listener = new CorpusListener() {
            @Override
            public void skipped(Skipped what) {}

            @Override
            public void opened(long size) {
                opened.incrementAndGet();
            }
        };

        try (Stream<SourceDocument> documents = Corpus.of(folder, "Ada").read(listener)) {
            assertThat(documents.limit(3)).hasSize(3);
        }

        assertThat(opened).hasValueLessThan(10);
    }

    @Test
    void documents_longArray_isStreamed() throws IOException {
        Path file = folder.resolve("posts.json");
        String text = "word ".repeat(20_000);
        try (Writer writer = Files.newBufferedWriter(file)) {
            writer.write("{\"artifact_data\": [");
            for (int i = 0; i < 300; i++) {
                writer.write((i == 0 ? "" : ",") + "{\"id\": " + i + ", \"text\": \"" + text + "\"}");
            }
            writer.write("]}");
        }
        int[] count = {0};

        try (Stream<SourceDocument> documents = Corpus.of(folder, "Ada").documents(skipped::add)) {
            documents.forEach(document -> {
                assertThat(document.id()).isEqualTo(String.valueOf(count[0]));
                count[0]++;
            });
        }

        assertThat(count[0]).isEqualTo(300);
    }

    @Test
    void list_anyChange_showsInTheFingerprint() throws IOException {
        write("a.md", "one");
        Corpus corpus = Corpus.of(folder, "Ada");
        CorpusListing before = corpus.list();

        write("b.md", "two!");
        CorpusListing after = corpus.list();

        assertThat(before)
                .extracting(CorpusListing::files, CorpusListing::bytes)
                .containsExactly(1, 3L);
        assertThat(after).extracting(CorpusListing::files, CorpusListing::bytes).containsExactly(2, 7L);
        assertThat(after.fingerprint()).isNotEqualTo(before.fingerprint());
        assertThat(corpus.list()).isEqualTo(after);
    }

    @Test
    void ofClasspath_ownMaterial_isDocsAndOneRepository() throws IOException {
        Corpus corpus = Corpus.ofClasspath("corpus/llm-twin");

        try (Stream<SourceDocument> documents = corpus.documents(skipped::add)) {
            assertThat(documents.filter(document -> document.type() == DocumentType.REPOSITORY))
                    .isNotEmpty()
                    .allSatisfy(document -> {
                        assertThat(document.name()).isEqualTo("llm-twin");
                        assertThat(document.author()).isEqualTo("LLM Twin");
                        assertThat(document.platform()).isEqualTo("github");
                    })
                    .extracting(SourceDocument::title)
                    .contains("src/main/java/io/llmtwin/ingest/Corpus.java");
        }
        assertThat(skipped).isEmpty();
    }

    @Test
    void ofClasspath_jar_isOpened() throws IOException {
        Path jar = folder.resolve("my app+.jar");
        zip(jar, "corpus/llm-twin/docs/a.md", "# A\n\ntext");

        try (URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
                Stream<SourceDocument> documents =
                        Corpus.ofClasspath("corpus/llm-twin", loader).documents(skipped::add)) {
            assertThat(documents).extracting(SourceDocument::id).containsExactly("docs/a.md");
        }
    }

    @Test
    void ofClasspath_noSuchFolder_isRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Corpus.ofClasspath("corpus/nothing"));
    }

    private List<SourceDocument> documents() throws IOException {
        try (Stream<SourceDocument> documents = Corpus.of(folder, "Ada").documents(skipped::add)) {
            return documents.toList();
        }
    }

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    private static void zip(Path zip, String name, String text) throws IOException {
        try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
            Path file = files.getPath(name);
            Files.createDirectories(file.getParent());
            try (OutputStream out = Files.newOutputStream(file)) {
                out.write(text.getBytes(StandardCharsets.UTF_8));
            }
        }
    }
}
