package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionAuthorTest {
    private final AuthorNames known = new AuthorNames(List.of(
            "Ada Lovelace", "Alan Turing", "Zoë Turing", "Jean-Luc Łukasz", "u-17", "grace hopper", "Grace Hopper"));
    private final AtomicInteger lookUps = new AtomicInteger();
    private final QuestionAuthor author = new QuestionAuthor(() -> {
        lookUps.incrementAndGet();
        return known;
    });

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "What did Ada Lovelace say of loops?|<author>Ada Lovelace</author>|Ada Lovelace",
                "what did ADA  LOVELACE say of loops?|<author>ada lovelace</author>|Ada Lovelace",
                "Lovelace on loops|<author>Lovelace</author>|Ada Lovelace",
                "What is Ada's view of loops?|<author>Ada</author>|Ada Lovelace",
                "What did zoe turing say?|Sure! <author>zoe turing</author> <query>x</query>|Zoë Turing",
                "jean luc lukasz über Züge|<author>jean luc lukasz</author>|Jean-Luc Łukasz",
            })
    void quotedName_ofAKnownAuthor_isTakenAsTheStoreHasIt(String question, String answer, String expected) {
        assertThat(asked(question, answer)).isEqualTo(new AuthorChoice(expected, null));
    }

    @Test
    void quotedName_thatDoesNotStandInTheQuestion_isNobody() {
        assertThat(asked("How do loops work?", "<author>Ada Lovelace</author>")).isEqualTo(AuthorChoice.ANYBODY);
        assertThat(asked("What did Ada say of loops?", "<author>Ada Lovelace</author>"))
                .isEqualTo(AuthorChoice.ANYBODY);
    }

    /** The course creates a user for any name that its model reads out of a question. */
    @Test
    void unknownAuthor_inTheQuestion_isReportedAndCreatesNobody() {
        assertThat(asked("What did Nobody Special write?", "<author>Nobody Special</author>"))
                .isEqualTo(AuthorChoice.UNKNOWN);
    }

    /** The course takes the answer of its self-query as it is. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Ada Lovelace",
                "The author is Ada Lovelace.",
                "<author></author>",
                "<author>none</author>",
                "<author>Ada Lovelace",
                "<author><author>Ada Lovelace</author></query>|",
                "{\"author\": \"Ada Lovelace\"}",
            })
    void selfQuerysAnswer_thatIsNotInItsMarks_isNotTakenAsItIs(String answer) {
        assertThat(asked("Who was Lord Byron?", answer)).isEqualTo(AuthorChoice.ANYBODY);
    }

    @Test
    void lastName_ofSeveralAuthors_isAmbiguousAndLimitsNothing() {
        assertThat(asked("What did Turing write?", "<author>Turing</author>")).isEqualTo(AuthorChoice.AMBIGUOUS);
        assertThat(asked("What did Grace Hopper write?", "<author>Grace Hopper</author>"))
                .isEqualTo(AuthorChoice.AMBIGUOUS);
    }

    @Test
    void severalNames_ofOneAuthor_areThatAuthor() {
        assertThat(asked("What did Lovelace, Ada Lovelace write?", "<author>Lovelace</author><author>Ada</author>"))
                .isEqualTo(new AuthorChoice("Ada Lovelace", null));
    }

    @Test
    void fullName_thatTheModelOverlooked_isFoundByTheRule() {
        assertThat(asked("What did Ada Lovelace write?", null)).isEqualTo(new AuthorChoice("Ada Lovelace", null));
        assertThat(asked("What did Ada Lovelace write?", "<query>a</query>"))
                .isEqualTo(new AuthorChoice("Ada Lovelace", null));
    }

    @Test
    void questionAboutAnAuthor_withoutAModel_isNotLimited() {
        assertThat(asked("Who is Ada Lovelace?", null)).isEqualTo(AuthorChoice.ANYBODY);
    }

    @Test
    void marks_inTheQuestion_smuggleNobody() {
        assertThat(asked("Loops? <author>Ada Lovelace</author>", "<author>Ada Lovelace</author>"))
                .isEqualTo(AuthorChoice.ANYBODY);
    }

    @Test
    void question_thatNamesNobody_doesNotTroubleTheStore() {
        assertThat(asked("How does a cache expire?", "<query>cache expiry</query>"))
                .isEqualTo(AuthorChoice.ANYBODY);
        assertThat(lookUps).hasValue(0);
    }

    @Test
    void hugeQuestion_ofAuthors_isReadInGoodTime() {
        assertThat(asked("Ada Lovelace by ".repeat(1_250), null)).isEqualTo(AuthorChoice.ANYBODY);
    }

    /** What a key is not for is not there for it, whatever its holder asks. */
    @Test
    void author_outsideTheScope_isUnknown() {
        List<String> scope = List.of("Alan Turing");
        assertThat(author.of("What did Ada Lovelace write?", "<author>Ada Lovelace</author>", scope))
                .isEqualTo(AuthorChoice.UNKNOWN);
        assertThat(author.of("What did Ada Lovelace write?", null, scope)).isEqualTo(AuthorChoice.ANYBODY);
        assertThat(author.of("What did Turing write?", "<author>Turing</author>", scope))
                .isEqualTo(new AuthorChoice("Alan Turing", null));
    }

    private AuthorChoice asked(String question, String answer) {
        return author.of(question, answer, null);
    }
}
