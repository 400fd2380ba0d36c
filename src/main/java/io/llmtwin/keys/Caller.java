package io.llmtwin.keys;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who holds a key.
 *
 * @param name of the key; null for anybody, where the service is open
 * @param roles at least one
 * @param authors whose material the key is held to, by names or ids as they are stored; empty for everybody's
 * @param limits how much may be done with it
 */
public record Caller(@Nullable String name, Set<Role> roles, List<String> authors, Limits limits) {
    /** Whoever comes, where no key is set. */
    public static final Caller ANYBODY = new Caller(null, Set.of(Role.values()), List.of(), Limits.NONE);

    public Caller {
        roles = Set.copyOf(roles);
        authors = List.copyOf(authors);
    }

    /** Whether a caller with {@code role} may do what this one wants to. */
    public boolean has(Role role) {
        return roles.stream().anyMatch(own -> own.includes(role));
    }

    /** Whether it may see and store what some authors wrote, and nothing else. */
    public boolean isHeldToAuthors() {
        return !authors.isEmpty();
    }

    /** Whether it may see and store what {@code author} wrote. */
    public boolean reaches(String author) {
        return authors.isEmpty() || authors.contains(author);
    }
}
