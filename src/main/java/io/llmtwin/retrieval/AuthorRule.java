package io.llmtwin.retrieval;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Tells a question for what somebody wrote from one about them, by the words next to the whole name: "articles by Ada
 * Lovelace", "what did Ada Lovelace write", "what Ada Lovelace wrote", "Ada Lovelace's posts", "according to Ada
 * Lovelace". Errs towards no limit, which finds too much rather than nothing. English only.
 */
final class AuthorRule {
    private static final Set<String> WORKS = Set.of(
            "post",
            "posts",
            "article",
            "articles",
            "blog",
            "blogs",
            "essay",
            "essays",
            "writing",
            "writings",
            "paper",
            "papers",
            "note",
            "notes",
            "newsletter",
            "newsletters",
            "tutorial",
            "tutorials",
            "code",
            "repo",
            "repos",
            "repository",
            "repositories",
            "snippet",
            "snippets",
            "documents",
            "texts");
    private static final Set<String> OPINIONS = Set.of(
            "view",
            "views",
            "opinion",
            "opinions",
            "advice",
            "thoughts",
            "take",
            "argument",
            "arguments",
            "position",
            "recommendation",
            "recommendations",
            "explanation",
            "explanations",
            "description",
            "words");
    private static final Set<String> SAYING = Set.of(
            "write",
            "writes",
            "wrote",
            "written",
            "say",
            "says",
            "said",
            "think",
            "thinks",
            "thought",
            "publish",
            "publishes",
            "published",
            "posted",
            "recommend",
            "recommends",
            "recommended",
            "advise",
            "advises",
            "advised",
            "explain",
            "explains",
            "explained",
            "describe",
            "describes",
            "described",
            "argue",
            "argues",
            "argued",
            "mention",
            "mentions",
            "mentioned",
            "suggest",
            "suggests",
            "suggested",
            "claim",
            "claims",
            "claimed",
            "discuss",
            "discusses",
            "discussed",
            "blog",
            "blogged");
    private static final Set<String> AUXILIARIES =
            Set.of("did", "does", "do", "has", "have", "had", "would", "could", "should", "can", "might");
    private static final Set<String> ADVERBS =
            Set.of("ever", "also", "already", "really", "actually", "usually", "once", "often", "ve", "have");
    private static final Set<String> ABOUT = Set.of("about", "regarding", "concerning", "on", "against", "like");
    private static final Set<String> NOT_THE_SUBJECT = Set.of(
            "about",
            "regarding",
            "concerning",
            "on",
            "against",
            "like",
            "of",
            "to",
            "with",
            "for",
            "and",
            "or",
            "than",
            "by",
            "from",
            "at");
    private static final Set<String> NEGATIONS =
            Set.of("not", "no", "except", "without", "than", "nor", "t", "besides");

    private static final int WORK_BEFORE_BY = 8;
    private static final int WORK_AFTER_NAME = 3;

    private AuthorRule() {}

    /** Whether {@code question} may ask for anybody's writing at all; if not, names need not be looked at. */
    static boolean mayAsk(List<String> question) {
        return question.stream()
                .anyMatch(word -> word.equals("by")
                        || word.equals("from")
                        || word.equals("according")
                        || word.equals("s")
                        || SAYING.contains(word)
                        || WORKS.contains(word));
    }

    /** Those of {@code authors} whose writing {@code question} asks for. */
    static Set<String> asked(List<String> question, AuthorNames authors) {
        Set<String> asked = new TreeSet<>();
        int from = 0;
        while (from < question.size()) {
            int to = Math.min(question.size(), from + NameWords.LONGEST_NAME);
            while (to > from && authors.named(question.subList(from, to)).isEmpty()) {
                to--;
            }
            if (to > from && asksFor(question, from, to)) {
                asked.addAll(authors.named(question.subList(from, to)));
            }
            from = Math.max(from + 1, to);
        }
        return asked;
    }

    private static boolean asksFor(List<String> question, int from, int to) {
        String before = word(question, from - 1);
        if (anyOf(NEGATIONS, question, from - 3, from)) {
            return false;
        }
        if (before.equals("by") || before.equals("from")) {
            return from == 1
                    || anyOf(WORKS, question, from - 1 - WORK_BEFORE_BY, from - 1)
                    || (before.equals("by") && SAYING.contains(word(question, from - 2)));
        }
        if (before.equals("to") && word(question, from - 2).equals("according")) {
            return true;
        }
        if (word(question, to).equals("s")) {
            return !ABOUT.contains(before)
                    && (anyOf(WORKS, question, to + 1, to + 1 + WORK_AFTER_NAME)
                            || anyOf(OPINIONS, question, to + 1, to + 1 + WORK_AFTER_NAME));
        }
        int verb = to;
        while (ADVERBS.contains(word(question, verb))) {
            verb++;
        }
        boolean says = SAYING.contains(word(question, verb));
        return says && (AUXILIARIES.contains(before) || !NOT_THE_SUBJECT.contains(before));
    }

    private static boolean anyOf(Set<String> words, List<String> question, int from, int to) {
        return question
                .subList(Math.max(0, Math.min(from, question.size())), Math.max(0, Math.min(to, question.size())))
                .stream()
                .anyMatch(words::contains);
    }

    private static String word(List<String> question, int index) {
        return index >= 0 && index < question.size() ? question.get(index) : "";
    }
}
