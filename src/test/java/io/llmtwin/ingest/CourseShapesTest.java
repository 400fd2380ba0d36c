package io.llmtwin.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.llmtwin.retrieval.DocumentType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CourseShapesTest {
    @TempDir
    Path folder;

    private final List<Skipped> skipped = new ArrayList<>();

    @Test
    void documents_handbookArticles_keepTitleSubtitleAuthorAndLink() throws IOException {
        List<SourceDocument> documents = read("ArticleDocument.json", """
                [{"content": {"Title": "On twins", "Subtitle": "A start", "Content": "They answer.", "language": "en"},
                  "platform": "medium", "author_id": "a-1", "author_full_name": "Ada Twin",
                  "link": "https://example.org/1", "_id": "doc-1"},
                 {"content": {"Title": "More", "Subtitle": null, "Content": "They ask."}, "_id": {"$oid": "doc-2"},
                  "author_id": "a-1", "link": "https://example.org/2"}]""");

        assertThat(documents)
                .containsExactly(
                        new SourceDocument(
                                "doc-1",
                                DocumentType.ARTICLE,
                                "Ada Twin",
                                "a-1",
                                "medium",
                                "https://example.org/1",
                                null,
                                "On twins",
                                "A start\n\nThey answer."),
                        new SourceDocument(
                                "doc-2",
                                DocumentType.ARTICLE,
                                "a-1",
                                "a-1",
                                null,
                                "https://example.org/2",
                                null,
                                "More",
                                "They ask."));
    }

    @Test
    void documents_wrappedList_isTheList() throws IOException {
        assertThat(read(
                        "raw_documents.json",
                        "{\"artifact_data\": [{\"id\": \"1\", \"content\": \"text\", \"author\": \"Ada\"}]}"))
                .singleElement()
                .satisfies(document -> {
                    assertThat(document.id()).isEqualTo("1");
                    assertThat(document.author()).isEqualTo("Ada");
                    assertThat(document.content()).isEqualTo("text");
                });
    }

    @Test
    void documents_objectOfPosts_arePosts() throws IOException {
        assertThat(read("linkedin.json", """
                        {"Post_0": {"text": "First", "image": "https://example.org/i.png"}, "Post_1": {"text": "Second"}}"""))
                .allSatisfy(document -> {
                    assertThat(document.type()).isEqualTo(DocumentType.POST);
                    assertThat(document.author()).isEqualTo("Default");
                    assertThat(document.title()).isNull();
                })
                .extracting(SourceDocument::id, SourceDocument::content)
                .containsExactly(tuple("linkedin.json#Post_0", "First"), tuple("linkedin.json#Post_1", "Second"));
    }

    @Test
    void documents_bareArticles_areArticles() throws IOException {
        String article = "{\"Title\": \"T\", \"Subtitle\": \"S\", \"Content\": \"C\"}";

        assertThat(read("alex.json", "[" + article + "]"))
                .extracting(SourceDocument::id)
                .containsExactly("alex.json#0");
        assertThat(read("alex.json", "{\"Article_1\": " + article + "}"))
                .extracting(SourceDocument::id)
                .containsExactly("alex.json#Article_1");
        assertThat(read("alex.json", "{\"articles\": {\"Article_1\": " + article + "}}"))
                .extracting(SourceDocument::id)
                .containsExactly("alex.json#articles/Article_1");
        assertThat(read("alex.json", article)).singleElement().satisfies(document -> {
            assertThat(document.type()).isEqualTo(DocumentType.ARTICLE);
            assertThat(document.id()).isEqualTo("alex.json");
            assertThat(document.title()).isEqualTo("T");
            assertThat(document.content()).isEqualTo("S\n\nC");
        });
    }

    @Test
    void documents_repository_isASectionForEachFile() throws IOException {
        SourceDocument document = read("RepositoryDocument.json", """
                        [{"_id": "r", "name": "twin", "link": "https://example.org/twin", "owner_id": "o-1",
                          "content": {"src/A.java": "class A {}", "README.md": "# Twin", "empty": ""}}]""").get(0);

        assertThat(document.type()).isEqualTo(DocumentType.REPOSITORY);
        assertThat(document.authorId()).isEqualTo("o-1");
        assertThat(document.title()).isEqualTo("twin");
        assertThat(document.content()).isEqualTo("# src/A.java\n\n```java\nclass A {}\n```\n\n# README.md\n\n# Twin");
        assertThat(new Chunker().chunk(document).get(0).content()).contains("src/A.java", "class A {}");
    }

    @Test
    void documents_type_isSaidOrGuessed() throws IOException {
        assertThat(read("x.json", "[{\"type\": \"posts\", \"name\": \"n\", \"content\": \"c\"}]")
                        .get(0)
                        .type())
                .isEqualTo(DocumentType.POST);
        assertThat(read("x.json", "[{\"name\": \"n\", \"content\": \"c\"}]")
                        .get(0)
                        .type())
                .isEqualTo(DocumentType.REPOSITORY);
        assertThat(read("x.json", "[{\"link\": \"l\", \"content\": {\"Title\": \"t\", \"Content\": \"c\"}}]")
                        .get(0)
                        .type())
                .isEqualTo(DocumentType.ARTICLE);
        assertThat(read("PostDocument.json", "[{\"name\": \"n\", \"content\": \"c\"}]")
                        .get(0)
                        .type())
                .isEqualTo(DocumentType.POST);
        assertThat(read("x.json", "[{\"entry_id\": \"e\", \"content\": {\"text\": \"c\"}}]")
                        .get(0))
                .satisfies(document -> {
                    assertThat(document.type()).isEqualTo(DocumentType.POST);
                    assertThat(document.id()).isEqualTo("e");
                });
    }

    @Test
    void documents_lines_areEachADocument() throws IOException {
        assertThat(read("posts.jsonl", "{\"text\": \"a\"}\r\n\r\n{\"text\": \"b\"}"))
                .extracting(SourceDocument::id)
                .containsExactly("posts.jsonl:1", "posts.jsonl:3");
        assertThat(skipped).isEmpty();
    }

    @Test
    void documents_listThatIsEmpty_isNothingToReport() throws IOException {
        assertThat(read("PostDocument.json", "[]")).isEmpty();
        assertThat(skipped).isEmpty();
    }

    private List<SourceDocument> read(String name, String json) throws IOException {
        Path file = folder.resolve(name);
        Files.writeString(file, json);
        try (Stream<SourceDocument> documents = Corpus.of(folder, "Default").documents(skipped::add)) {
            return documents.toList();
        } finally {
            Files.delete(file);
        }
    }
}
