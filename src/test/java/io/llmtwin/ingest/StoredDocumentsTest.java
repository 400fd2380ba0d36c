package io.llmtwin.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.llmtwin.ingest.StoredDocuments.Verdict;
import org.junit.jupiter.api.Test;

class StoredDocumentsTest {
    private final StoredDocuments stored = new StoredDocuments();

    @Test
    void see_unknownDocument_isNew() {
        assertThat(stored.see("a", "h1")).isEqualTo(Verdict.NEW);
    }

    @Test
    void see_allChunksOfTheSameHash_isUnchanged() {
        stored.add("a", "h1", 2);
        stored.add("a", "h1", 2);

        assertThat(stored.see("a", "h1")).isEqualTo(Verdict.UNCHANGED);
    }

    @Test
    void see_someChunksOnly_isChanged() {
        stored.add("a", "h1", 2);

        assertThat(stored.see("a", "h1")).isEqualTo(Verdict.CHANGED);
    }

    @Test
    void see_otherHash_isChanged() {
        stored.add("a", "h1", 1);

        assertThat(stored.see("a", "h2")).isEqualTo(Verdict.CHANGED);
    }

    @Test
    void see_leftoversOfAnEarlierVersion_isChanged() {
        stored.add("a", "h2", 1);
        stored.add("a", "h1", 2);

        assertThat(stored.see("a", "h1")).isEqualTo(Verdict.CHANGED);
    }

    @Test
    void see_sameIdTwice_isReported() {
        stored.add("a", "h1", 1);
        stored.see("a", "h1");
        stored.see("b", "h1");

        assertThat(stored.see("a", "h2")).isEqualTo(Verdict.SEEN_BEFORE);
        assertThat(stored.see("b", "h1")).isEqualTo(Verdict.SEEN_BEFORE);
    }

    @Test
    void unseen_afterAPass_isWhatTheCorpusHasNoMore() {
        stored.add("a", "h1", 1);
        stored.add("b", "h1", 1);
        stored.see("a", "h2");
        stored.see("c", "h1");

        assertThat(stored.unseen()).containsExactly("b");
    }
}
