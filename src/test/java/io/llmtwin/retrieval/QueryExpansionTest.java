package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueryExpansionTest {
    private final QueryExpansion expansion = new QueryExpansion(new RetrievalSettings(15, 4, 3));

    @Test
    void parse_goodAnswer_putsTheQuestionFirst() {
        assertThat(expansion.parse("What is Qdrant?", "<query>Qdrant database</query>\n<query>vector store</query>"))
                .containsExactly("What is Qdrant?", "Qdrant database", "vector store");
    }

    @Test
    void parse_moreThanAskedFor_isCapped() {
        assertThat(expansion.parse("q", "<query>a</query><query>b</query><query>c</query>"))
                .containsExactly("q", "a", "b");
    }

    @Test
    void parse_repeats_countOnce() {
        assertThat(expansion.parse("What is it", "<query>WHAT IS IT</query><query> a </query><query>a</query>"))
                .containsExactly("What is it", "a");
    }

    @Test
    void parse_chatter_isNoQuery() {
        assertThat(expansion.parse("q", "Sure! Here are your queries:\n1. first\n2. second\n<query></query><query>"))
                .containsExactly("q");
    }

    @Test
    void parse_overlongQuery_isLeftOut() {
        assertThat(expansion.parse("q", "<query>" + "a ".repeat(300) + "</query>"))
                .containsExactly("q");
    }
}
