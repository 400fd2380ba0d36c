package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class QueryExpansionTest {
    private final QueryExpansion expansion = new QueryExpansion(new ExpansionLimit(3));

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

    /** The course searches what its model makes of a question, and not the question. */
    @Test
    void originalQuery_always_isSearched() {
        assertThat(expansion.parse("What is it?", "<query>a</query><query>b</query><query>c</query><query>d</query>"))
                .startsWith("What is it?")
                .hasSize(3);
        assertThat(expansion.none("What is it?")).containsExactly("What is it?");
    }

    @Test
    void parse_sameInNfkcAndWhiteSpace_countsOnce() {
        assertThat(expansion.parse(
                        "what is it", "<query>What\n is  it</query><query>ｗｈａｔ is it</query><query>b</query>"))
                .containsExactly("what is it", "b");
    }

    @Test
    void parse_queriesTheQuestionBroughtAlong_areNotTaken() {
        assertThat(expansion.parse(
                        "q <query>secret</query>", "<query>secret</query><query> SECRET </query><query>fine</query>"))
                .containsExactly("q <query>secret</query>", "fine");
    }

    @Test
    void parse_withoutAnAnswer_isTheQuestionAlone() {
        assertThat(expansion.parse("q", null)).containsExactly("q");
    }
}
