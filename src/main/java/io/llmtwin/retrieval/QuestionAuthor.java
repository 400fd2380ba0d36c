package io.llmtwin.retrieval;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * The bean {@code questionAuthor}: whose writing a question asks for. A name is taken from a model's answer only where
 * it is quoted from the question, and only if the store has such an author; nobody is ever invented. Where the model
 * names no such author, or none was asked, {@link AuthorRule} looks for a known one.
 */
@Component
public final class QuestionAuthor {
    private static final Pattern AUTHOR = Pattern.compile("<author>([^<>]{0,200})</author>");
    /** What a question puts between marks of ours is not a part of what it asks. */
    private static final Pattern MARKED = Pattern.compile("<(author|query)>[^<>]*</\\1>", Pattern.CASE_INSENSITIVE);

    private final Supplier<AuthorNames> authors;

    @Autowired
    QuestionAuthor(KnownAuthors authors) {
        this(authors::names);
    }

    QuestionAuthor(Supplier<AuthorNames> authors) {
        this.authors = authors;
    }

    /**
     * The author that {@code query} asks for.
     *
     * @param answer of the expansion model, with the name between {@code <author>} and {@code </author>}; or null
     * @param scope authors beside whom there is nobody; null for everybody
     * @throws RuntimeException if there is a name to look up and the store can't be asked for its authors
     */
    public AuthorChoice of(
            @Variable("query") String query,
            @Variable("expansion") @Nullable String answer,
            @Variable("authorScope") @Nullable List<String> scope) {
        List<String> question = NameWords.of(MARKED.matcher(query).replaceAll(" "));
        Set<List<String>> quoted = quoted(answer == null ? "" : answer, question);
        if (quoted.isEmpty() && !AuthorRule.mayAsk(question)) {
            return AuthorChoice.ANYBODY;
        }
        AuthorNames known = authors.get();
        Set<String> meant = new LinkedHashSet<>();
        quoted.forEach(name -> meant.addAll(known.meant(name)));
        if (meant.isEmpty()) {
            meant.addAll(AuthorRule.asked(question, known));
        }
        if (scope != null) {
            meant.retainAll(scope);
        }
        return meant.isEmpty() && quoted.isEmpty() ? AuthorChoice.ANYBODY : AuthorChoice.oneOf(meant);
    }

    private static Set<List<String>> quoted(String answer, List<String> question) {
        Set<List<String>> names = new LinkedHashSet<>();
        AUTHOR.matcher(answer)
                .results()
                .map(match -> NameWords.of(match.group(1)))
                .filter(name -> name.size() <= NameWords.LONGEST_NAME && NameWords.stands(name, question))
                .forEach(names::add);
        return names;
    }
}
