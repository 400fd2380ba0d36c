package io.llmtwin.retrieval;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** The names of authors, as they are stored, to be found by what people write. Immutable. */
final class AuthorNames {
    static final AuthorNames NONE = new AuthorNames(List.of());

    private final Map<List<String>, Set<String>> byFullName = new HashMap<>();
    private final Map<String, Set<String>> byPart = new HashMap<>();

    AuthorNames(Collection<String> stored) {
        Map<String, List<String>> words = new TreeMap<>();
        stored.forEach(name -> words.put(name, NameWords.of(name)));
        words.forEach((name, parts) -> {
            if (parts.isEmpty() || parts.size() > NameWords.LONGEST_NAME) {
                return;
            }
            byFullName.computeIfAbsent(parts, unseen -> new TreeSet<>()).add(name);
            byPart.computeIfAbsent(parts.get(0), unseen -> new TreeSet<>()).add(name);
            byPart.computeIfAbsent(parts.get(parts.size() - 1), unseen -> new TreeSet<>())
                    .add(name);
        });
    }

    /** The authors whose whole name is {@code words}, whatever its case and accents. */
    Set<String> named(List<String> words) {
        return byFullName.getOrDefault(words, Set.of());
    }

    /**
     * The authors that {@code words} may mean: those of that whole name, else, for one word, those whose first or last
     * name it is. None is an unknown name, several an ambiguous one.
     */
    Set<String> meant(List<String> words) {
        Set<String> named = named(words);
        return named.isEmpty() && words.size() == 1 ? byPart.getOrDefault(words.get(0), Set.of()) : named;
    }
}
